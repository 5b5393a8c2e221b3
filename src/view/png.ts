import type { Value } from '../engine.ts'
import { inNode, nodeModule, refuseWorkers } from './surroundings.ts'
import { toSvg, type ViewOptions } from './svg.ts'

export interface PngOptions extends ViewOptions {
  /**
   * Pixels of the file for each pixel of the picture. Default 2, sharp on today's screens; less where
   * the picture is so large that the file would not fit in memory.
   */
  readonly scale?: number | undefined
}

/** What a PNG of many megapixels still opens in: pixels in all, and along one side in a page. */
const mostPixels = 64e6
const longestSide = { node: 32_000, page: 16_000 }

/**
 * The graph below a Value, or several, as a PNG file: `toSvg` in dots, in light colours unless
 * `theme` is 'dark'. In Node drawn by resvg with its own font, in a page by the browser.
 * Throws unless it is given Values.
 */
export async function toPng(
  root: Value | readonly Value[],
  options: PngOptions = {},
): Promise<Uint8Array> {
  const theme = options.theme === 'dark' ? 'dark' : 'light'
  return pngOf(await toSvg(root, { ...options, theme }), options)
}

/** An SVG picture as a PNG file. Throws unless `svg` says its width and height, and scale is above 0. */
export async function pngOf(
  svg: string,
  { scale = 2 }: { readonly scale?: number | undefined } = {},
): Promise<Uint8Array> {
  refuseWorkers('a PNG')
  const [tag = ''] = /<svg\b[^>]*>/.exec(svg) ?? []
  const [width, height] = ['width', 'height'].map(
    (name) => new RegExp(`\\s${name}="([\\d.]+)"`).exec(tag)?.[1],
  )
  if (width === undefined || height === undefined)
    throw new TypeError('a PNG is made of an SVG with a width and a height in pixels.')
  if (!(scale > 0)) throw new RangeError(`scale is a number above 0, got ${scale}.`)
  const size = { width: Number(width), height: Number(height) }
  const side = inNode ? longestSide.node : longestSide.page
  const fitting = Math.min(
    scale,
    side / Math.max(size.width, size.height),
    Math.sqrt(mostPixels / (size.width * size.height)),
  )
  return inNode ? byResvg(svg, fitting) : byBrowser(svg, size, fitting)
}

async function byResvg(svg: string, scale: number): Promise<Uint8Array> {
  const { Resvg } = await nodeModule<typeof import('@resvg/resvg-js')>('@resvg/resvg-js')
  const { createRequire } = await nodeModule<typeof import('node:module')>('node:module')
  const { resolve } = createRequire(import.meta.url)
  const fontFiles = ['DejaVuSansMono', 'DejaVuSansMono-Bold'].map((name) =>
    resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`),
  )
  const family = 'DejaVu Sans Mono'
  const font = {
    loadSystemFonts: false,
    fontFiles,
    defaultFontFamily: family,
    monospaceFamily: family,
  }
  return new Uint8Array(
    new Resvg(svg, { font, fitTo: { mode: 'zoom', value: scale } }).render().asPng(),
  )
}

/** The part of a page that draws. Its types are not among Node's. */
interface Page {
  readonly Image: new () => { src: string; decode(): Promise<void> }
  readonly document: { createElement(name: 'canvas'): Canvas }
}
interface Canvas {
  width: number
  height: number
  getContext(kind: '2d'): { drawImage(image: unknown, x: 0, y: 0, w: number, h: number): void }
  toBlob(done: (blob: Blob | null) => void, type: string): void
}

async function byBrowser(
  svg: string,
  { width, height }: { width: number; height: number },
  scale: number,
): Promise<Uint8Array> {
  const { Image, document } = globalThis as unknown as Page
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height)
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'))
  if (blob === null)
    throw new Error('the browser made no PNG of this picture: try a smaller scale.')
  return new Uint8Array(await blob.arrayBuffer())
}
