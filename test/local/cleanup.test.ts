import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../local/paths.mjs';

const program = `
  const { Cleanup } = await import(${JSON.stringify(pathToFileURL(join(ROOT, 'local/cleanup.mjs')).href)});
  const cleanup = new Cleanup().listen();
  cleanup.defer('what was started', () => console.log('undone'));
  const alive = setInterval(() => {}, 1_000);
  cleanup.signal.addEventListener('abort', async () => {
    clearInterval(alive);
    await cleanup.run();
    process.exitCode = cleanup.exitStatus;
  });
  console.log('ready');
`;

for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGALRM', 'SIGUSR2', 'SIGPWR', 'SIGXCPU'] as const) {
  test(`${signal} undoes what was started`, async () => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (text.includes('ready')) child.kill(signal);
    });
    const [status] = await once(child, 'close');
    expect({ said, status }).toEqual({ said: 'ready\nundone\n', status: 128 + (constants.signals[signal] ?? 0) });
  });
}
