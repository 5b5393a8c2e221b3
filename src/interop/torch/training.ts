/** The training loop: alone, or shared by the processes that torchrun starts. */

/** What the loop is told. */
export interface Loop {
  /** The arguments of the model, and of the loss. */
  readonly inputs: readonly string[]
  /** The last of them is a target that only the loss sees. */
  readonly hasLoss: boolean
  readonly optimizer: string
  /** Strength of Σ p² in each step's loss. */
  readonly decay: number
  /** Some parameter has no part in the loss. */
  readonly unused: boolean
}

const mine = (names: readonly string[]): string => names.map((name) => `${name}[mine]`).join(', ')

/** `main` and all it needs but model, data, optimizer and learning rate. */
export function trainingLines(loop: Loop): string[] {
  const { inputs, hasLoss, optimizer, unused } = loop
  const find = unused ? ', find_unused_parameters=True' : ''
  const columns = `${inputs.join(', ')}${inputs.length === 1 ? ',' : ''}`
  return [
    'def main():',
    '    """Trains the model, and prints the mean loss of every step, of the weights before it.',
    '',
    '    Under torchrun the examples of a batch are dealt out to all processes, on as many machines as there are.',
    '    """',
    "    world, rank = int(os.environ.get('WORLD_SIZE', 1)), int(os.environ.get('RANK', 0))",
    "    device = torch.device('cpu')",
    '    if torch.cuda.is_available():',
    "        device = torch.device('cuda', int(os.environ.get('LOCAL_RANK', 0)))",
    '        torch.cuda.set_device(device)',
    '    if world > 1:',
    "        dist.init_process_group('nccl' if device.type == 'cuda' else 'gloo')",
    '',
    '    model = Model().to(device)',
    '    model.load_state_dict(weights())',
    ...(hasLoss ? ['    criterion = Loss().to(device)'] : []),
    `    parallel = DDP(model${find}) if world > 1 else model`,
    `    optimizer = ${optimizer}`,
    `    ${columns} = (x.to(device) for x in examples())`,
    '    for step, batch in enumerate(batches()):',
    ...stepLines(loop).map((line) => `        ${line}`),
    '    if world > 1:',
    '        dist.destroy_process_group()',
    '    return model',
  ]
}

function stepLines({ inputs, hasLoss, decay, unused }: Loop): string[] {
  const given = hasLoss ? inputs.slice(0, -1) : inputs
  const call = `parallel(${mine(given)})`
  const each = hasLoss ? `criterion(${call}, ${mine(inputs.slice(-1))})` : call
  const still = [
    'for p in model.parameters():',
    '    if p.grad is None:',
    '        p.grad = torch.zeros_like(p)',
  ]
  return [
    'for group in optimizer.param_groups:',
    "    group['lr'] = learning_rate(step)",
    'mine = torch.tensor(batch[rank::world], dtype=torch.long, device=device)',
    `loss = ${each}.sum() / len(batch)`,
    'optimizer.zero_grad()',
    '# DDP takes the mean over processes: times their number it is the sum, whatever each was dealt.',
    `(loss * world${decay > 0 ? ' + penalty(model)' : ''}).backward()`,
    ...(unused ? still : []),
    'optimizer.step()',
    'loss = loss.detach()',
    'if world > 1:',
    '    dist.all_reduce(loss)',
    'if rank == 0:',
    "    print(f'step {step + 1}  loss {loss.item()!r}', flush=True)",
  ]
}

/** The term of each step's loss that keeps weights small. */
export function penaltyLines(decay: number): string[] {
  return [
    'def penalty(model):',
    '    """What keeps weights small; it is not part of the loss that is printed."""',
    `    return ${decay} * sum((p * p).sum() for p in model.parameters())`,
  ]
}
