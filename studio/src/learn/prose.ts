/**
 * A paragraph of a lesson, read into its pieces: `code`, *emphasis*, and [words](target) which point at
 * something in the live model. What a target is, the model decides.
 */
export type Piece =
  | { readonly kind: 'text' | 'code' | 'strong'; readonly text: string }
  | {
      readonly kind: 'pointer'
      readonly text: string
      readonly target: string
      /** A full stop or the like, which must not begin the next line. */
      readonly after: string
    }

const marks = /`([^`]+)`|\*([^*]+)\*|\[([^\]]+)\]\(([^)]+)\)/g

export function piecesOf(paragraph: string): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  const plain = (to: number): void => {
    if (to > from) pieces.push({ kind: 'text', text: paragraph.slice(from, to) })
  }
  for (const found of paragraph.matchAll(marks)) {
    const [whole, code, strong, text, target] = found
    plain(found.index)
    if (code !== undefined) pieces.push({ kind: 'code', text: code })
    if (strong !== undefined) pieces.push({ kind: 'strong', text: strong })
    from = found.index + whole.length
    if (target === undefined) continue
    const [after] = /^[^\s\p{L}\p{N}`*[]*/u.exec(paragraph.slice(from))!
    pieces.push({ kind: 'pointer', text: text!, target, after })
    from += after.length
  }
  plain(paragraph.length)
  return pieces
}
