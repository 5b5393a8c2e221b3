/** Names that Python and PyTorch's modules leave free. */

const keywords =
  'False None True and as assert async await break class continue def del elif else except finally for ' +
  'from global if import in is lambda nonlocal not or pass raise return try while with yield'
/** What a program uses itself. */
const own =
  'F DDP Model Loss Part Rule base64 batch batches classify criterion device dist examples group learning_rate ' +
  'len list load loss main math mine model nn numbers optimizer order os p parallel penalty predict print random ' +
  'range rank self step sum torch train weights world'
/** What every torch.nn.Module has already. */
const members =
  'T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double ' +
  'dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ' +
  'ipu load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters ' +
  'register_backward_hook register_buffer register_forward_hook register_module register_parameter ' +
  'requires_grad_ set_extra_state set_submodule share_memory state_dict to to_empty train training type ' +
  'xpu zero_grad'
const taken = new Set([...keywords.split(' '), ...own.split(' ')])
const attributes = new Set([...keywords.split(' '), ...members.split(' ')])

const identifier = (name: string): string => {
  const plain = name.replaceAll(/[^A-Za-z0-9_]/g, '_')
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`
}

/** A name as a variable. */
export function variableName(name: string): string {
  const plain = identifier(name)
  return taken.has(plain) ? `${plain}_` : plain
}

/** A name as an attribute of a module. */
export function attributeName(name: string): string {
  const plain = identifier(name)
  return attributes.has(plain) || plain.startsWith('_') ? `p_${plain}` : plain
}

/** Gives each thing a name of its own, the one wanted where nobody has it. */
export class Names {
  readonly #given = new Map<object, string>()
  readonly #used = new Set<string>()

  of(thing: object, wanted: string): string {
    const known = this.#given.get(thing)
    if (known !== undefined) return known
    let name = variableName(wanted)
    for (let k = 2; this.#used.has(name); k++) name = variableName(`${wanted}_${k}`)
    this.#used.add(name)
    this.#given.set(thing, name)
    return name
  }
}

/** Text of a user's as one line of a comment or a docstring, which it cannot end. */
export function remark(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/["\\]/g, "'")
}
