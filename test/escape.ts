/** Every way out that a worker has, each tried. */
export const escape = (elsewhere: string, own: string): string => `
async function attempt(name: string, way: () => unknown) {
  try {
    const result = await way()
    console.log(name + ': came through ' + String(result))
  } catch {
    console.log(name + ': refused')
  }
}
const heard = (target, ok) => new Promise((resolve, reject) => {
  target.addEventListener(ok, (event) => resolve(event.data), { once: true })
  target.addEventListener('error', () => reject(new Error('refused')), { once: true })
})
const url = 'http://${elsewhere}'
await attempt('fetch', () => fetch(url))
await attempt('own origin', () => fetch('${own}index.html'))
await attempt('import', () => import(url + 'x.js'))
await attempt('hidden import', () => new Function('return import("' + url + 'y.js")')())
await attempt('importScripts', () => importScripts(url + 'z.js'))
await attempt('WebSocket', () => heard(new WebSocket('ws://${elsewhere}'), 'open'))
await attempt('EventSource', () => heard(new EventSource(url), 'open'))
await attempt('XMLHttpRequest', () => {
  const request = new XMLHttpRequest()
  request.open('GET', url, false)
  request.send()
})
await attempt('FontFace', () => new FontFace('x', 'url(' + url + 'f.woff)').load())
await attempt('worker', () => heard(new Worker(url + 'w.js'), 'message'))
const code = 'fetch("' + url + '").then(() => postMessage("came through"), () => postMessage("no"))'
const inside = async (address) => {
  if ((await heard(new Worker(address), 'message')) === 'no') throw new Error('refused')
}
await attempt('nested worker', () => inside(URL.createObjectURL(new Blob([code]))))
await attempt('nested worker of data', () => inside('data:text/javascript,' + encodeURIComponent(code)))
await attempt('localStorage', () => localStorage.getItem('secret'))
await attempt('document', () => document.title)
await attempt('indexedDB', async () => {
  const request = indexedDB.open('x')
  return heard(request, 'success')
})
`
