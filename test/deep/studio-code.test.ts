/** The Code view of the studio in a real browser: programs run, are stopped, and stay in their sandbox. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Browser, chromium as launcher, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { staticServer } from '../../src/cli/static-server.ts'
import { opening } from '../../studio/src/expression/opening.ts'
import { firstNetwork } from '../../studio/src/network/settings.ts'
import { linkOf } from '../../studio/src/share/link.ts'
import { faults } from '../axe.ts'
import { chromium, flags, withoutChromium } from '../chromium.ts'
import { escape } from '../escape.ts'
import { folder } from '../studio.ts'

/** A link to a program. */
const linkTo = (code: string): string =>
  linkOf({ view: 'code', expression: opening, network: firstNetwork, lesson: '', code })

/** What `console.log(…) // text` promises, up to a remark after two spaces. */
const promised = (code: string): string[] =>
  [...code.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map((found) =>
    found[1]!.split('  ')[0]!.trim(),
  )

const printed = (page: Page): Promise<string[]> =>
  page.$$eval('.printed', (lines) => lines.map(({ textContent }) => textContent.trim()))

const program = (page: Page): Promise<string> =>
  page.$$eval('.cm-line', (lines) => lines.map(({ textContent }) => textContent).join('\n'))

/** Until the program is done or was stopped. */
async function ended(page: Page): Promise<void> {
  await page.waitForSelector('[data-standing=done], [data-standing=ended]')
}

async function run(page: Page): Promise<string[]> {
  await page.click('button.run')
  await ended(page)
  return printed(page)
}

describe.skipIf(withoutChromium !== undefined)('the Code view', () => {
  let server: Server
  let url: string
  let browser: Browser
  let page: Page
  /** Errors, and requests for anything else than the studio’s own files. */
  const problems: string[] = []

  beforeAll(async () => {
    server = staticServer(folder).listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    browser = await launcher.launch({ executablePath: chromium!, args: flags })
    page = await open('code')
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    server?.close()
  })
  afterEach(() => {
    const found = problems.splice(0)
    if (found.length > 0) throw new Error(found.join('\n'))
  })

  /** Opens a program in the page that stands already, as a link does. */
  async function follow(code: string): Promise<void> {
    await page.evaluate(`new Promise((opened) => {
      addEventListener('popstate', () => setTimeout(opened), { once: true })
      location.hash = ${JSON.stringify(linkTo(code))}
    })`)
    await page.waitForSelector('.cm-content')
  }

  async function open(hash: string): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1440, height: 1200 } })
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !/^(blob|data):/.test(request.url()))
        problems.push(`request to ${request.url()}`)
    })
    await page.goto(`${url}#${hash}`)
    await page.waitForSelector('html[data-ready]')
    return page
  }

  test('every example runs, and prints what it says', async () => {
    const names = await page.$$eval('.code-examples option', (options) =>
      options.slice(1).map(({ textContent }) => textContent),
    )
    expect(names.length).toBeGreaterThan(12)
    for (const [i, name] of names.entries()) {
      await page.selectOption('.code-examples select', { index: i + 1 })
      const code = await program(page)
      const lines = await run(page)
      const failures = await page.$$eval('.failure', (found) =>
        found.map(({ textContent }) => textContent),
      )
      expect(failures.length, `${name}: ${failures.join()}`).toBe(name.includes('mistake') ? 1 : 0)
      const expected = promised(code)
      expect(lines, name).toEqual(expect.arrayContaining(expected))
      expect(lines.length, name).toBeGreaterThan(0)
      const shown = code.match(/\bshow\(/g)?.length ?? 0
      expect(await page.$$eval('.still, .live', ({ length }) => length), name).toBe(shown)
    }
  })

  test('a program that does not end is stopped by the clock, by the button, and by leaving', async () => {
    const patient = await open(linkTo(`console.log('begun')\nwhile (true) {}`))
    await patient.click('button.run')
    await follow(`let i = 0\nwhile (true) console.log(i++)`)
    await page.click('button.run')
    await page.waitForSelector('.remark')
    expect(await page.textContent('.remark')).toContain('1,000 lines')
    expect((await printed(page)).length).toBe(1000)
    expect(await page.textContent('button.run')).toBe('Stop')
    await page.click('button.run')
    await ended(page)
    expect(await page.textContent('.remark:last-child')).toContain('You stopped the program.')
    expect(await page.$$eval('iframe', ({ length }) => length)).toBe(1) // the next, standing by
    await page.click('button.run')
    await page.waitForSelector('.remark')
    await page.click('nav a:first-of-type')
    await page.waitForSelector('.expression')
    expect(await page.$('iframe')).toBeNull()
    await ended(patient)
    expect(await printed(patient)).toEqual(['begun'])
    expect(await patient.textContent('.remark')).toContain('more than 10 seconds')
    expect(await patient.$$eval('iframe', ({ length }) => length)).toBe(1)
    await patient.close()
  })

  test('a program reaches neither the network nor the page', async () => {
    const heard: (string | undefined)[] = []
    const elsewhere = createServer((request, response) => {
      heard.push(request.url)
      response.writeHead(200, { 'access-control-allow-origin': '*' }).end('heard')
    })
    elsewhere.on('upgrade', (request, socket) => {
      heard.push(request.url)
      socket.destroy()
    })
    const hear = ({ url }: { url?: string | undefined }): void => void heard.push(url)
    await new Promise<void>((listening) => elsewhere.listen(0, '127.0.0.1', listening))
    const { port } = elsewhere.address() as AddressInfo
    await page.evaluate(`localStorage.setItem('secret', '1')`)
    await follow(escape(`127.0.0.1:${port}/`, url))
    // What the studio itself loads, and what is kept for later, has come by then.
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
    await page.waitForTimeout(500)
    server.on('request', hear)
    const lines = await run(page)
    server.off('request', hear)
    elsewhere.close()
    expect(lines.length).toBe(15)
    for (const line of lines) expect(line).toMatch(/: refused$/)
    // The sandbox is the page's own request, and the browser asks for a newer service worker when it likes.
    const own = ['/sandbox.html', '/service-worker.js']
    expect(heard.filter((path) => path === undefined || !own.includes(path))).toEqual([])
    // Chromium tells of the requests that it refused.
    problems.splice(0)
  })

  test('whoever opens the sandbox, what it runs has no origin', async () => {
    const page = await open('learn')
    await page.goto(`${url}sandbox.html`)
    const origin = await page.evaluate(`new Promise((heard) => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = ({ data }) => heard(data)
      const program = 'onmessage = ({ data }) => data.postMessage(origin)'
      frames[0].postMessage(program, '*', [port2])
    })`)
    expect(origin).toBe('null')
    await page.close()
  })

  test.each(['sandbox.html', 'assets/sandbox-program*'])(
    'a sandbox without %s is told of, and tried again',
    async (file) => {
      const page = await open('learn')
      await page.route(url + file, (route) => route.abort())
      await page.click('nav a[href="#code"]')
      await page.click('button.run')
      await page.waitForSelector('.remark >> text=did not start')
      await page.unroute(url + file)
      expect((await run(page))[0]).toBe('6.909297426825682')
      await page.close()
    },
  )

  test('a link opens its program and does not run it', async () => {
    await follow(`console.log('run')`)
    expect(await page.textContent('.foreign')).toContain('has not been run')
    await page.waitForTimeout(500)
    expect(await page.getAttribute('.output', 'data-standing')).toBe('ready')
    expect(await printed(page)).toEqual([])
    await page.focus('.cm-content')
    await page.keyboard.press('Control+Enter')
    await ended(page)
    expect(await printed(page)).toEqual(['run'])
    expect(await page.$('.foreign')).toBeNull()
  })

  test('left for another view, it is found as it was: output, undo, mark; another link begins afresh', async () => {
    const elsewhere = async (): Promise<void> => {
      await page.click('nav a:first-of-type')
      await page.waitForSelector('.expression')
      await page.click('nav a[href="#code"]')
      await page.waitForSelector('.cm-content')
    }
    await follow(`import { value } from 'chainrule'
const a = value(2, 'a')
console.log('kept')
show(a.mul(a))
lost()`)
    await page.focus('.cm-content')
    await page.keyboard.press('Control+End')
    await page.keyboard.type(' // mine')
    const code = await program(page)
    expect(await run(page)).toEqual(['kept'])
    await page.waitForSelector('.live svg')
    await page.waitForSelector('.cm-lintRange-error')
    const output = (): Promise<unknown> =>
      Promise.all(
        ['.standing', '.failure', '.remark'].map((part) =>
          page.$$eval(part, (all) => all.map((e) => e.textContent)),
        ),
      )
    const before = await output()
    await elsewhere()
    expect(await printed(page)).toEqual(['kept'])
    expect(await output()).toEqual(before)
    await page.waitForSelector('.live svg')
    await page.waitForSelector('.cm-lintRange-error')
    expect(await program(page)).toBe(code)
    await page.focus('.cm-content')
    await page.keyboard.press('Control+z')
    expect(await program(page)).toBe(code.replace(' // mine', ''))
    // The mark is of the text before: it does not come back.
    await page.locator('.cm-lintRange-error').first().waitFor({ state: 'detached' })
    await elsewhere()
    await page.waitForTimeout(700)
    expect(await page.locator('.cm-lintRange-error').count()).toBe(0)
    await follow('while (true) {}')
    expect(await printed(page)).toEqual([])
    await page.click('button.run')
    await page.waitForSelector('[data-standing=running]')
    await elsewhere()
    expect(await page.textContent('.remark')).toContain('stopped when you left')
    expect(await page.textContent('button.run')).toBe('Run')
  })

  test('operators on Values are marked, explained, and rewritten', async () => {
    const code = `import { value } from 'chainrule'
const a = value(2), b = value(3)
console.log(\`\${a}\`, [1].map((a) => a * 2))
const f = (2 * b + 1) / b - 1`
    await follow(code)
    await page.waitForSelector('.cm-lintRange-warning')
    await run(page)
    const failure = await page.textContent('.failure')
    expect(failure).toContain('operators cannot follow a Value')
    expect(failure).toContain('a.mul(b) for a * b')
    expect(failure).toContain('line 4')
    await page.waitForSelector('.cm-lintRange-error')
    await page.hover('.cm-lintRange-error')
    await page.click('.cm-diagnosticAction')
    expect(await program(page)).toContain('const f = b.mul(2).add(1).div(b).sub(1)')
    await run(page)
    expect(await page.$('.failure')).toBeNull()
  })

  test('errors name their line and say what to do', async () => {
    const wrong: readonly (readonly [code: string, line: number, words: string])[] = [
      [`const x: number = 1\nconst y = x +* 2`, 2, 'Unexpected token'],
      [`import { Nueron } from 'chainrule/nn'\nnew Nueron(2)`, 1, 'Did you mean Neuron?'],
      [`import { readCsv } from 'chainrule/node'\nreadCsv('x')`, 1, 'there are none here'],
      [`interface A { x: 1 }\n\ntanh(1)`, 3, `import { tanh } from 'chainrule'`],
      [`const x = 1\nconst y = x.mul(2)`, 2, 'Numbers have no methods'],
      [`setTimeout(() => {\n  throw new Error('late')\n}, 5)`, 2, 'late'],
      [`async function f() { await 0\n throw new Error('lost') }\nf()`, 2, 'lost'],
    ]
    for (const [code, line, words] of wrong) {
      await follow(code)
      await page.click('button.run')
      const failure = await (await page.waitForSelector('.failure')).textContent()
      expect(failure, code).toContain(words)
      expect(failure, code).toContain(`line ${line}`)
    }
  })

  test('names complete: of a module, of a Value, and with the import that is missing', async () => {
    await follow(`import { value } from 'chainrule'\nconst a = value(2)\n`)
    const chosen = '.cm-tooltip-autocomplete [aria-selected]'
    await page.focus('.cm-content')
    await page.keyboard.press('Control+End')
    await page.keyboard.type('a.tan')
    await page.waitForSelector(`${chosen} >> text=tan`)
    await page.waitForTimeout(200) // keys so soon after the list appears are not meant for it
    await page.keyboard.press('ArrowDown')
    await page.waitForSelector('.cm-completionInfo >> text=tanh(): Value')
    await page.keyboard.press('Enter')
    await page.keyboard.type('()\nsoftpl')
    await page.waitForSelector(`${chosen} >> text=softplus`)
    await page.waitForTimeout(200)
    await page.keyboard.press('Enter')
    await page.keyboard.type('(1)\nMLP')
    await page.waitForSelector(`${chosen} >> text=MLP`)
    await page.waitForTimeout(200)
    await page.keyboard.press('Enter')
    const lines = (await program(page)).split('\n')
    expect(lines[0]).toBe(`import { MLP } from 'chainrule/nn'`)
    expect(lines[1]).toBe(`import { value, softplus } from 'chainrule'`)
    expect(lines.slice(-3)).toEqual(['a.tanh()', 'softplus(1)', 'MLP'])
    await page.keyboard.press('Escape')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.className')).not.toContain('editor')
  })

  test('pictures cannot run scripts, and several graphs take turns', async () => {
    const code = `import { value } from 'chainrule'
show('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>parent.hit = 1</script></svg>')
const a = value(2, 'a'), f = a.mul(a)
show(f)
f.backward()
show(f)
console.table([{ x: 1 }, { x: 2, y: [1] }])
return f`
    await follow(code)
    expect(await run(page)).toEqual(['Value(data=4, grad=1)'])
    expect(await page.evaluate('window.hit')).toBeUndefined()
    await page.waitForSelector('.live svg >> text=0.0000') // the graph as it was when it was shown
    expect(await page.$$eval('.still img', ({ length }) => length)).toBe(2)
    await page.click('text=Step through this graph')
    await page.waitForSelector('.live svg >> text=4.0000')
    expect(await page.$$eval('.live', ({ length }) => length)).toBe(1)
    expect(await page.$$eval('th[scope=col]', (cells) => cells.map((c) => c.textContent))).toEqual([
      '(index)',
      'x',
      'y',
    ])
  })

  test.each(['light', 'dark'] as const)('axe finds nothing, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width: colorScheme === 'dark' ? 360 : 1440, height: 900 })
    await follow(`import { value } from 'chainrule'
const a = value(2, 'a')
console.warn('careful'); console.error('bad'); console.info('so'); console.table([[1, 2]])
show('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>')
show(a.mul(a))
setTimeout(() => a * a, 300)`)
    expect(await faults(page)).toEqual([])
    await run(page)
    await page.waitForSelector('.live svg')
    expect(await faults(page)).toEqual([])
    await page.focus('.cm-content')
    await page.keyboard.press('Control+End')
    await page.keyboard.type('\na.')
    await page.waitForSelector('.cm-completionInfo')
    expect(await faults(page)).toEqual([])
  })

  test.each([1440, 768, 360])('nothing is wider than a window of %i', async (width) => {
    await page.setViewportSize({ width, height: 800 })
    await follow(`import { value } from 'chainrule'
const a = value(2, 'a')
console.log('a'.repeat(300), a)
console.table([{ name: 'b'.repeat(200) }])
show(a.mul(a))`)
    await run(page)
    await page.waitForSelector('.live svg')
    const wide = `[document.documentElement, ...document.querySelectorAll('.code, .code-bar, .log')]
      .filter((part) => part.scrollWidth > part.clientWidth).map((part) => part.className)`
    expect(await page.evaluate(wide)).toEqual([])
  })

  test('the script of the sandbox is the one that its policy allows', () => {
    const html = readFileSync(join(folder, 'sandbox.html'), 'utf8')
    const script = /<script>([\s\S]*?)<\/script>/.exec(html)![1]!
    const hash = createHash('sha256').update(script).digest('base64')
    expect(html).toContain(`default-src 'none'; script-src 'sha256-${hash}' 'unsafe-eval' data:;`)
    expect(html).not.toMatch(/https?:|connect-src|unsafe-inline/)
    // The document that has an origin runs nothing: its only script is text of the frame that has none.
    expect(html.match(/<script/g)).toHaveLength(1)
    expect(html).toMatch(/<iframe title="Sandbox" sandbox="allow-scripts" srcdoc="[^"]*<script>/)
  })
})
