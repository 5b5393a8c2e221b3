import { mount } from 'svelte'
import 'virtual:colours.css'
import 'chainrule/view/page/base.css'
import 'chainrule/view/page/inspector.css'
import './studio.css'
import App from './App.svelte'
import { studio } from './studio.svelte.ts'

studio.openLink(location.hash)
mount(App, { target: document.body })
document.documentElement.dataset['ready'] = ''
performance.mark('ready')

if (import.meta.env.PROD && 'serviceWorker' in navigator) addEventListener('load', keep)

/** Puts the studio by for later, once it stands. Without that it works as long as there is a network. */
function keep(): void {
  void navigator.serviceWorker.register('./service-worker.js').catch(() => {})
}
