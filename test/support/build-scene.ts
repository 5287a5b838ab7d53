import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Double, startDouble } from '../double/double.ts';
import { seedBuilder } from '../double/scripts/builder-fixtures.ts';
import { type TaskOptions, task } from '../double/scripts/task-scripts.ts';
import { type Options, runCli, type Seen } from './host.ts';
import { recorded } from './recorded-logs.ts';

export const REGISTRY = '172173733067.dkr.ecr.ap-southeast-2.amazonaws.com/fargate-ci';
/** The digest that kaniko pushed in the recorded run `success`. */
export const DIGEST = 'sha256:28ef59276d1eb96ec91ea8933f6a0b15159f8c61cf0c369a1b70fcbf6fcd8366';

/** A double with the builder stack, and a workspace. */
export interface BuildScene {
  double: Double;
  workspace: string;
  /** Runs `fargate-ci build --image shop:1.4.2` in the workspace. */
  build(flags?: readonly string[], options?: Options): Promise<Seen>;
  close(): Promise<void>;
}

export async function makeBuildScene(): Promise<BuildScene> {
  const double = await startDouble();
  seedBuilder(double);
  double.ecr.create('fargate-ci/shop');
  double.ecr.create('fargate-ci/cache/shop');
  const workspace = await mkdtemp(join(tmpdir(), 'fargate-ci-'));
  await mkdir(join(workspace, 'src'));
  await writeFile(join(workspace, 'Dockerfile'), 'FROM busybox:1.36\nCOPY . /src\n');
  await writeFile(join(workspace, 'src', 'app.py'), 'print("hello")\n'.repeat(100));
  await writeFile(join(workspace, 'debug.log'), 'noise');
  await writeFile(join(workspace, '.dockerignore'), '*.log\n');
  return {
    double,
    workspace,
    build: (flags = [], options = {}) =>
      runCli(double, ['build', '--image', 'shop:1.4.2', '--workspace', workspace, ...flags], options),
    async close() {
      await rm(workspace, { recursive: true });
      await double.close();
    },
  };
}

/** kaniko's first line with the feature flags of our builds, as recorded in `stages-cached`. */
const FLAGS = recorded('stages-cached').lines[0] ?? '';
const FIRST = /^\{"level":"info","msg":"active feature flags: .*/;

/** A recorded run of kaniko as the script of a task, as if it had pushed to our registry and had our feature flags. */
export function play(name: string, options: TaskOptions = {}) {
  const { lines, exitCode } = recorded(name);
  const ours = lines.map((line) =>
    line
      .replace(FIRST, FLAGS)
      .replaceAll(/127\.0\.0\.1:50\d\d\/demo\/app:1/g, `${REGISTRY}/shop:1.4.2`)
      .replaceAll('127.0.0.1:5055/demo/app', `${REGISTRY}/shop`),
  );
  return task({ exitCode, lines: ours, lag: 3_000, ...options });
}

/** Makes ECR store the image as soon as the task runs. */
export function pushes(double: Double, digest = DIGEST): void {
  double.on('RunTask', () => double.ecr.push('fargate-ci/shop', '1.4.2', digest));
}
