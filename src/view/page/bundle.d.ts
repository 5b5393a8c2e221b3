/** What `npm run build` bundles from this folder (scripts/page.ts). */

/** The program of the page, and the style, as they stand in it; each with its hash for the policy. */
export const script: string
export const scriptHash: string
export const style: string
export const styleHash: string
/** The program that lays graphs out in a worker: raw deflate, base64. */
export const layouter: string
