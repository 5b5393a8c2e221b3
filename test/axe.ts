/** Accessibility, as axe judges it. */
import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** Everything that axe finds wrong, and where. The page's policy lets no script in: it comes from outside. */
export async function faults(page: Page): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source)
  // Names are given after everything that can be seen, in a task of their own.
  await page.evaluate('new Promise((done) => setTimeout(done, 50))')
  const { violations } = (await page.evaluate(`axe.run({ resultTypes: ['violations'] })`)) as {
    violations: { id: string; impact: string; nodes: { html: string }[] }[]
  }
  return violations.map(
    ({ id, impact, nodes }) =>
      `${id} (${impact}): ${nodes
        .slice(0, 3)
        .map(({ html }) => html.slice(0, 200))
        .join('\n')}`,
  )
}
