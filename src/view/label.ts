/** Labels are anybody's text: one line of a bounded width, safe in whatever they are written into. */

/** Labels longer than this many columns end in …; the whole label is in the tooltip. */
const longest = 40

/** Control characters, half surrogates, and what turns the direction of text around. */
const unprintable =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu
const wide =
  /^(?:[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic})/u
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}]/u

/** How many columns of a monospace font a text takes. */
export function columns(text: string): number {
  let count = 0
  for (const character of text) count += widthOf(character)
  return count
}

function widthOf(character: string): number {
  if (character < '\u0300') return 1
  if (zeroWidth.test(character)) return 0
  return wide.test(character) ? 2 : 1
}

/** A label on one line: runs of white space are one space, what cannot be printed is �. */
export function printable(label: string): string {
  return label.replaceAll(/\s+/g, ' ').trim().replaceAll(unprintable, '\ufffd')
}

/** A label as it stands in a box; undefined where there is nothing to show. */
export function shortLabel(label: string | undefined, most = longest): string | undefined {
  if (label === undefined) return undefined
  // What is cut off anyway need not be looked at.
  const text = printable(label.slice(0, 20 * most))
  const kept = start(text, most)
  if (kept === text && label.length <= 20 * most) return text === '' ? undefined : text
  return `${start(text, most - 1)}…`
}

/** The first `most` columns of a text. */
function start(text: string, most: number): string {
  let [width, end] = [0, 0]
  for (const character of text) {
    width += widthOf(character)
    if (width > most) break
    end += character.length
  }
  return text.slice(0, end)
}

/** Text for the inside of an XML element or attribute. */
export function escapeXml(text: string): string {
  return text.replaceAll(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`)
}
