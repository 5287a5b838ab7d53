import { readFileSync, writeFileSync } from 'node:fs';
import { digest, makeDeployScene, seedShop } from '../../../support/deploy-scene.ts';
import { runCli, type Seen } from '../../../support/host.ts';
import { circumstances } from './circumstances.ts';
import { counts } from './counts.ts';
import { dying, type Row } from './row.ts';
import { states } from './states.ts';

const rows: readonly Row[] = [...states, ...circumstances, ...counts];
/** A failure must name the state that is left: the revision that runs and its image, or why none runs. */
const STATE_LEFT =
  /fargate-ci-shop:1 \(sha256:1{12}\)|scaled to \d tasks?|left at \d tasks?|runs no task|deleted|newer deployment has taken over|rollback: false/;
const page = 'docs/rollouts.md';
/** The page's lines by their first cell. UPDATE_GOLDEN=1 writes them into the page. */
const lines = new Map<string, string>();

/** Runs a row's situation through the real command. */
async function run(row: Row): Promise<Seen> {
  const stage = await makeDeployScene();
  try {
    const { double } = stage;
    double.ecr.push('fargate-ci/shop', '1.4.2', digest(row.same ? '1' : '2'));
    if (row.seed !== false) await seedShop(stage, row.seed);
    double.ecs.services.script(...[row.script].flat());
    if (row.scale) double.ecs.services.scaleScript(row.scale);
    await row.set?.(stage);
    double.requests.length = 0;
    const seen = await runCli(double, ['deploy', '--service', 'shop', '--image', 'shop:1.4.2', ...(row.flags ?? [])]);
    row.also?.(stage, seen);
    return seen;
  } finally {
    await stage.double.close();
  }
}

/** The failure's category and message; for a success, its warnings. */
function outcomeOf({ outcome, stderr }: Seen): { category: string; message: string } {
  const failure: unknown = Reflect.get(Object(outcome), 'failure');
  const warnings = [...stderr.matchAll(/^\[fargate-ci\] warning {2}(.*)$/gm)].map(([, text]) => text);
  if (failure === undefined) return { category: '', message: warnings.map((text) => `warning: ${text}`).join('; ') };
  return {
    category: String(Reflect.get(Object(failure), 'category')),
    message: String(Reflect.get(Object(failure), 'message')),
  };
}

/** A line of the page's table. */
function line(row: Row, { category, message }: { category: string; message: string }): string {
  return `| ${row.name} | ${row.status === 0 ? 'green' : `${row.status} ${category}`} | ${message.replaceAll('|', '\\|')} |`;
}

test.each(rows)('$name', async (row) => {
  const seen = await run(row);
  const outcome = outcomeOf(seen);
  expect({ status: seen.status, category: outcome.category }).toEqual({ status: row.status, category: row.category });
  if (/deploy|timeout/.test(outcome.category)) {
    expect(outcome.message).toMatch(STATE_LEFT);
    const tasks = [row.scale ?? [], ...[row.script].flat().map((script) => script.tasks ?? [])].flat();
    const crashed = tasks.some(({ script }) => script === dying);
    if (crashed) expect(seen.stderr).toMatch(/evidence [\s\S]*died: .*exited with 1[\s\S]*\| KeyError: 'DATABASE_URL'/);
  }
  const shown = line(row, outcome);
  lines.set(row.name, shown);
  if (process.env.UPDATE_GOLDEN !== '1') expect(readFileSync(page, 'utf8').split('\n')).toContain(shown);
});

afterAll(() => {
  if (process.env.UPDATE_GOLDEN !== '1' || lines.size !== rows.length) return;
  const text = readFileSync(page, 'utf8');
  const head = text.slice(0, text.indexOf('\n| --- |') + 1);
  const foot = text.slice(text.lastIndexOf(' |\n') + 3);
  writeFileSync(page, `${head}| --- | --- | --- |\n${rows.map(({ name }) => lines.get(name)).join('\n')}\n${foot}`);
});

test('the page has these rows and no others', () => {
  if (process.env.UPDATE_GOLDEN === '1') return;
  const shown = readFileSync(page, 'utf8').match(/^\|.*\|$/gm) ?? [];
  expect(shown).toHaveLength(rows.length + 2);
});
