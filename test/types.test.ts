/** The declarations that are published, as the type checker of somebody else's strict project sees them. */
import { resolve } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const consumer = resolve(import.meta.dirname, 'consumer.ts')

const strict: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
  types: [],
  noEmit: true,
  // What most projects skip: errors inside of the declarations themselves.
  skipLibCheck: false,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
}

test.each([
  [
    'nodenext',
    { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
  ],
  ['bundler', { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }],
])('a strict project type-checks against the package, resolved by %s', (_, resolution) => {
  const program = ts.createProgram([consumer], { ...strict, ...resolution })
  const read = program.getSourceFiles().map(({ fileName }) => fileName)
  expect(read).toContain(resolve('dist/compile/index.d.ts'))
  expect(read.filter((name) => name.startsWith(resolve('src')))).toEqual([])
  const said = ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) =>
        `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    )
  expect(said).toEqual([])
})
