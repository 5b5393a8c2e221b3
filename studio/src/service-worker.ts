/** Keeps the studio on the machine after the first load; written out once all other files are known. */
import { cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching'

declare const self: ServiceWorkerGlobalScope & {
  /** Filled in by the build: the names of all files, with a hash where a name has none. */
  readonly files: { readonly url: string; readonly revision: string | null }[]
}

cleanupOutdatedCaches()
precacheAndRoute(self.files)
self.addEventListener('install', () => void self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
