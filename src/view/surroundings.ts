/** Where pictures are drawn: a page has a document, Node has libraries, a worker of a page has neither. */

/** Whether this is Node, or what calls itself so. */
export const inNode: boolean = typeof process === 'object' && process.versions?.node !== undefined

/** The document of the page, if this is one. */
export const documentHere = (): object | undefined => (globalThis as { document?: object }).document

/** Throws where `what` cannot be drawn. */
export function refuseWorkers(what: string): void {
  if (inNode || documentHere() !== undefined) return
  throw new Error(
    `${what} is drawn on a page or in Node, not in a worker: send the page what it shows.`,
  )
}

/** A module that is for Node alone: bundlers for pages follow imports of fixed names only. */
export const nodeModule = <T>(name: string): Promise<T> =>
  import(/* webpackIgnore: true */ name) as Promise<T>
