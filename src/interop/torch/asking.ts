/** How a model is asked: raw numbers in, and out come its outputs or the names of classes. */
import { tensorText } from './numbers.ts'

/** How the columns were moved and scaled: x became (x − mean) / deviation. */
export interface Standardisation {
  readonly mean: readonly number[]
  readonly deviation: readonly number[]
}

interface Asking {
  readonly standardisation?: Standardisation | undefined
  readonly classes?: readonly string[] | undefined
}

const columns = (x: readonly number[]): string => `${tensorText(x, [x.length])}.to(x)`

/** `predict(model, rows)`, and `classify` where there are classes. */
export function askingFunctions({ standardisation, classes }: Asking): string[][] {
  if (standardisation === undefined && classes === undefined) return []
  const predict = [
    'def predict(model, rows):',
    '    """What the model says to rows of raw numbers."""',
    '    x = torch.as_tensor(rows, dtype=torch.get_default_dtype())',
    ...(standardisation
      ? [
          `    mean = ${columns(standardisation.mean)}`,
          `    deviation = ${columns(standardisation.deviation)}`,
          '    x = (x - mean) / deviation',
        ]
      : []),
    '    with torch.no_grad():',
    '        return model(x)',
  ]
  return classes === undefined ? [predict] : [predict, classifyFunction(classes)]
}

function classifyFunction(classes: readonly string[]): string[] {
  return [
    'def classify(model, rows):',
    '    """The name of each row’s class; a single score decides between two, at 0."""',
    `    classes = [${classes.map(pythonString).join(', ')}]`,
    '    scores = predict(model, rows)',
    '    best = (scores[:, 0] > 0).long() if scores.shape[1] == 1 else scores.argmax(1)',
    '    return [classes[i] for i in best.tolist()]',
  ]
}

/** JSON escapes as Python does, but for letters beyond 16 bits, which it leaves as they are. */
function pythonString(text: string): string {
  return JSON.stringify(text)
}
