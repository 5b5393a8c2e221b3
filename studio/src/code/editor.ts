/** The editor: TypeScript with chainrule's names. It stands in a shadow root, where the policy of the page lets it have its style. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete'
import {
  defaultKeymap,
  history,
  historyField,
  historyKeymap,
  indentWithTab,
} from '@codemirror/commands'
import { javascript, localCompletionSource } from '@codemirror/lang-javascript'
import { bracketMatching, indentOnInput, syntaxTree } from '@codemirror/language'
import { type Diagnostic, linter, lintGutter, lintKeymap } from '@codemirror/lint'
import { EditorState, type Extension, Prec, StateEffect, StateField } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  hoverTooltip,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import type { Names } from '../../../scripts/names.ts'
import { completing, explained } from './completion.ts'
import { Kinds } from './kinds.ts'
import type { Failure } from './message.ts'
import { misuses } from './operators.ts'
import { look } from './look.ts'

/** What an editor knew of its text: selection, what undo brings back, the mark of a failure. */
export interface EditorMemory {
  readonly text: string
  /** Of CodeMirror, for itself. */
  readonly state: unknown
}

export interface EditorOptions {
  readonly text: string
  /** Of an editor before; it is not taken where that had another text. */
  readonly memory: EditorMemory | undefined
  readonly names: Promise<Names>
  readonly onchange: (text: string) => void
  readonly onrun: () => void
}

/** What the last run found wrong; it is forgotten as soon as the text changes. */
const setFailure = StateEffect.define<Failure | undefined>()
const failureField = StateField.define<Failure | undefined>({
  create: () => undefined,
  update(failure, { docChanged, effects }) {
    for (const effect of effects) if (effect.is(setFailure)) return effect.value
    return docChanged ? undefined : failure
  },
  toJSON: (failure) => failure,
  fromJSON: (failure) => failure,
})
/** What stays when the view is left. */
const kept = { history: historyField, failure: failureField }
const setNames = StateEffect.define<Names>()

export class Editor {
  readonly #view: EditorView

  constructor(host: HTMLElement, { text, memory, names, onchange, onrun }: EditorOptions) {
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
    const run = Prec.highest(keymap.of([{ key: 'Mod-Enter', run: () => (onrun(), true) }]))
    const changes = EditorView.updateListener.of(({ docChanged, state }) => {
      if (docChanged) onchange(state.doc.toString())
    })
    const extensions = [run, changes, knowing, ...basics]
    const state =
      memory?.text === text
        ? EditorState.fromJSON(memory.state, { extensions }, kept)
        : EditorState.create({ doc: text, extensions })
    this.#view = new EditorView({ root, parent: root, state })
    void names.then((names) => this.#view.dispatch({ effects: setNames.of(names) }))
  }

  get text(): string {
    return this.#view.state.doc.toString()
  }

  get memory(): EditorMemory {
    return { text: this.text, state: this.#view.state.toJSON(kept) }
  }

  /** Puts another program in the place of this one; undo brings it back. */
  replace(text: string): void {
    const { state } = this.#view
    this.#view.dispatch({
      changes: { from: 0, to: state.doc.length, insert: text },
      selection: { anchor: 0 },
      scrollIntoView: true,
    })
  }

  /** Marks the place of a failure, or no place. */
  mark(failure: Failure | undefined): void {
    this.#view.dispatch({ effects: setFailure.of(failure) })
  }

  /** Puts the cursor there. */
  go({ line, column }: Failure): void {
    const { doc } = this.#view.state
    const at = doc.line(Math.min(line ?? 1, doc.lines))
    const anchor = Math.min(at.to, at.from + (column ?? 1) - 1)
    this.#view.dispatch({ selection: { anchor }, scrollIntoView: true })
    this.#view.focus()
  }

  remove(): void {
    this.#view.destroy()
  }
}

/** Completion, docs and checks once the names are there. */
const namesField = StateField.define<Names | undefined>({
  create: () => undefined,
  update(names, { effects }) {
    for (const effect of effects) if (effect.is(setNames)) return effect.value
    return names
  },
})

const docs = hoverTooltip((view, at) => {
  const names = view.state.field(namesField)
  const node = syntaxTree(view.state).resolveInner(at, 0)
  if (names === undefined) return null
  const kinds = new Kinds(syntaxTree(view.state), view.state.doc.toString(), names)
  const found =
    node.name === 'PropertyName' && node.parent?.name === 'MemberExpression'
      ? kinds.member(node.parent)
      : /^Variable(Name|Definition)$/.test(node.name)
        ? kinds.imported.get(kinds.text(node))
        : undefined
  if (found === undefined) return null
  return { pos: node.from, end: node.to, above: true, create: () => ({ dom: explained(found) }) }
})

function diagnostics({ state }: EditorView): Diagnostic[] {
  const names = state.field(namesField)
  const tree = syntaxTree(state)
  const text = state.doc.toString()
  const found: Diagnostic[] = []
  if (names !== undefined)
    for (const { from, to, operator, instead } of misuses(tree, new Kinds(tree, text, names)))
      found.push({
        from,
        to,
        severity: 'warning',
        message: `JavaScript has no ${operator} for Values: write ${instead}`,
        actions: [
          {
            name: 'Write it so',
            apply: (view) => view.dispatch({ changes: { from, to, insert: instead } }),
          },
        ],
      })
  const failure = state.field(failureField)
  if (failure?.line !== undefined && failure.line <= state.doc.lines)
    found.push({ ...placeOf(state, failure), severity: 'error', message: failure.message })
  return found
}

/** The expression that begins there, as far as its line goes; never nothing. */
function placeOf(state: EditorState, { line, column }: Failure): { from: number; to: number } {
  const { from, to, text } = state.doc.line(line!)
  const indent = /^\s*/.exec(text)![0].length
  const start = Math.min(from + Math.max(indent, (column ?? 1) - 1), Math.max(from, to - 1))
  let node = syntaxTree(state).resolveInner(start, 1)
  while (node.parent !== null && node.parent.from >= start && node.parent.to <= to)
    node = node.parent
  return { from: Math.min(start, node.from), to: Math.min(to, Math.max(node.to, start)) }
}

const knowing: Extension = [
  namesField,
  failureField,
  docs,
  lintGutter(),
  linter(diagnostics, {
    delay: 400,
    needsRefresh: ({ transactions }) =>
      transactions.some(({ effects }) =>
        effects.some((effect) => effect.is(setFailure) || effect.is(setNames)),
      ),
  }),
  autocompletion({
    icons: false,
    maxRenderedOptions: 9, // so many that the list need not scroll
    override: [
      (at) => {
        const names = at.state.field(namesField)
        return names === undefined ? null : completing(names)(at)
      },
      localCompletionSource,
    ],
  }),
]

const basics: Extension[] = [
  lineNumbers(),
  history(),
  drawSelection(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  javascript({ typescript: true }),
  EditorView.lineWrapping,
  EditorView.contentAttributes.of({
    'aria-label': 'Program',
    tabindex: '0',
    'aria-describedby': 'code-keys',
  }),
  look,
  keymap.of([
    ...closeBracketsKeymap,
    ...completionKeymap,
    ...lintKeymap,
    ...historyKeymap,
    ...defaultKeymap,
    indentWithTab,
  ]),
]
