/** Optimizers: PyTorch's own where it has the same, else the update rule as a class. */
import type { Algebra } from '../../ops.ts'
import { type Expression, expressionOf, expressions, literal, read } from '../../lift/expression.ts'
import type { UpdateOf } from '../../lift/update.ts'
import { remark } from './names.ts'
import { expressionLines } from './row-function.ts'
import type { ScheduleSettings } from './schedule.ts'

/** What is read of an optimizer; those of `chainrule/optim` are such. */
export interface OptimizerRule {
  readonly name: string
  readonly settings: Readonly<Record<string, number | boolean>>
  /** The learning rate as plain data. */
  readonly schedule: ScheduleSettings
  readonly learningRate: number | ((step: number) => number)
  /** How many numbers it remembers of each parameter. */
  readonly slots: number
  update<T>(m: Algebra<T>, of: UpdateOf<T>): { parameter: T; state: readonly T[] }
}

type Settings = Readonly<Record<string, number | boolean>>

const betas = ({ beta1, beta2 }: Settings): string => `(${beta1}, ${beta2})`
const truth = (x: unknown): string => (x ? 'True' : 'False')

/** PyTorch's arguments beside the learning rate, by the name of the optimizer. */
const known: Readonly<
  Record<string, (s: Settings) => { of: string; told: Record<string, string> }>
> = {
  sgd: (s) => ({
    of: 'SGD',
    told: {
      ...(s['momentum'] ? { momentum: `${s['momentum']}` } : {}),
      ...(s['nesterov'] ? { nesterov: truth(s['nesterov']) } : {}),
      ...decay(s, 0),
    },
  }),
  adam: (s) => ({ of: 'Adam', told: { betas: betas(s), eps: `${s['epsilon']}`, ...decay(s, 0) } }),
  adamW: (s) => ({
    of: 'AdamW',
    told: { betas: betas(s), eps: `${s['epsilon']}`, ...decay(s, NaN) },
  }),
  rmsprop: (s) => ({
    of: 'RMSprop',
    told: { alpha: `${s['alpha']}`, eps: `${s['epsilon']}`, ...decay(s, 0) },
  }),
}

function decay({ weightDecay }: Settings, usual: number): Record<string, string> {
  if (weightDecay === undefined || weightDecay === usual) return {}
  return { weight_decay: `${weightDecay}` }
}

/** The expression that makes it for `model`, and the class that it needs. */
export function optimizerText(rule: OptimizerRule): { made: string; lines: readonly string[] } {
  const own = Object.hasOwn(known, rule.name) ? known[rule.name]!(rule.settings) : undefined
  if (own === undefined) return { made: 'Rule(model.parameters())', lines: ruleClass(rule) }
  const told = Object.entries({ lr: 'learning_rate(0)', ...own.told }).map(
    ([key, x]) => `${key}=${x}`,
  )
  return { made: `torch.optim.${own.of}(model.parameters(), ${told.join(', ')})`, lines: [] }
}

/** An optimizer whose step is the rule, run over tensors. */
function ruleClass(rule: OptimizerRule): string[] {
  const state = Array.from({ length: rule.slots }, (_, k) => `state${k}`)
  const next = rule.update<Expression<string>>(expressions as Algebra<Expression<string>>, {
    parameter: read('p'),
    gradient: read('g'),
    state: state.map((name) => read(name)),
    learningRate: read('rate'),
    step: read('step'),
  })
  const results = [next.parameter, ...next.state].map((x) => expressionOf(x ?? literal(0)))
  const { lines, texts } = expressionLines(results)
  const zeros = state.map(() => 'torch.zeros_like(p)').join(', ')
  return [
    'class Rule(torch.optim.Optimizer):',
    `    """The update rule '${remark(rule.name)}'."""`,
    '',
    '    def __init__(self, parameters):',
    '        super().__init__(parameters, {"lr": learning_rate(0)})',
    '',
    '    @torch.no_grad()',
    '    def step(self, closure=None):',
    '        for group in self.param_groups:',
    '            for p in group["params"]:',
    `                kept = self.state[p] or {"step": 0, "memory": [${zeros}]}`,
    '                self.state[p] = kept',
    '                kept["step"] += 1',
    '                g = p.grad',
    '                rate = torch.tensor(group["lr"], device=p.device)',
    '                step = torch.tensor(float(kept["step"]), device=p.device)',
    ...(state.length > 0
      ? [`                ${state.join(', ')}${state.length === 1 ? ',' : ''} = kept["memory"]`]
      : []),
    ...lines.map((line) => `                ${line}`),
    `                kept["memory"] = [${texts.slice(1).join(', ')}]`,
    `                p.copy_(${texts[0]})`,
  ]
}
