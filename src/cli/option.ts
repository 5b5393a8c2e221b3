import { InvalidArgumentError } from 'commander'

/** Readers of option values; commander puts the option's name before what they complain of. */

export function wholeNumber(text: string): number {
  const x = Number(text)
  if (text.trim() !== '' && Number.isInteger(x) && x >= 0) return x
  throw new InvalidArgumentError(`expected a whole number, got '${text}'.`)
}

export function countFromOne(text: string): number {
  const x = Number(text)
  if (text.trim() !== '' && Number.isInteger(x) && x >= 1) return x
  throw new InvalidArgumentError(`expected a whole number above 0, got '${text}'.`)
}

export function positive(text: string): number {
  const x = Number(text)
  if (text.trim() !== '' && Number.isFinite(x) && x >= 0) return x
  throw new InvalidArgumentError(`expected a number from 0 on, got '${text}'.`)
}

/** A share of something: 0 or more, below 1. */
export function share(text: string): number {
  const x = positive(text)
  if (x < 1) return x
  throw new InvalidArgumentError(`expected a share of the data, below 1, got '${text}'.`)
}

/** `32`, `16-16` or `16,16`; an empty text is no hidden layer. */
export function sizes(text: string): number[] {
  if (text.trim() === '') return []
  return text.split(/[-,]/).map((part) => {
    const size = Number(part)
    if (part.trim() !== '' && Number.isInteger(size) && size > 0) return size
    throw new InvalidArgumentError(
      `layer sizes are whole numbers above 0, such as 16-16; got '${part}' in '${text}'.`,
    )
  })
}

/** Numbers with commas between them. */
export function point(text: string): number[] {
  return text.split(',').map((part) => {
    const x = Number(part)
    if (part.trim() !== '' && !Number.isNaN(x)) return x
    throw new InvalidArgumentError(
      `expected numbers with commas between, got '${part}' in '${text}'.`,
    )
  })
}
