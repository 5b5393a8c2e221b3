/**
 * A paragraph of a lesson, read into its pieces: `code`, *emphasis*, and [words](target) which point at
 * something in the live model. What a target is, the model decides.
 */
export type Piece =
  | { readonly kind: 'text' | 'code' | 'strong'; readonly text: string }
  | { readonly kind: 'pointer'; readonly text: string; readonly target: string }

/** Keeps a full stop beside the button before it: a browser would let it begin the next line. */
const joiner = '\u2060'

const marks = /`([^`]+)`|\*([^*]+)\*|\[([^\]]+)\]\(([^)]+)\)/g

export function piecesOf(paragraph: string): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  const plain = (to: number): void => {
    if (to <= from) return
    const text = paragraph.slice(from, to)
    const joined = pieces.at(-1)?.kind === 'pointer' && /^[^\s\p{L}]/u.test(text)
    pieces.push({ kind: 'text', text: joined ? joiner + text : text })
  }
  for (const found of paragraph.matchAll(marks)) {
    const [whole, code, strong, text, target] = found
    plain(found.index)
    if (code !== undefined) pieces.push({ kind: 'code', text: code })
    else if (strong !== undefined) pieces.push({ kind: 'strong', text: strong })
    else pieces.push({ kind: 'pointer', text: text!, target: target! })
    from = found.index + whole.length
  }
  plain(paragraph.length)
  return pieces
}
