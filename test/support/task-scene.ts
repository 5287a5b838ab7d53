import { Failure } from '../../helper/src/failure.ts';
import { runTask } from '../../helper/src/task/run-task.ts';
import type { EndedTask, TaskRequest } from '../../helper/src/task/task-request.ts';
import { type Double, startDouble } from '../double/double.ts';
import { seedBuilder } from '../double/scripts/builder-fixtures.ts';
import { type TestWorld, testWorld } from './world.ts';

export const request: TaskRequest = {
  cluster: 'fargate-ci',
  taskDefinition: 'fargate-ci-kaniko',
  container: 'kaniko',
  command: ['--force'],
  environment: { GOMEMLIMIT: '6144MiB' },
  cpu: 2048,
  memory: 8192,
  ephemeralStorage: 40,
  subnets: ['subnet-0a1', 'subnet-0b2'],
  securityGroups: ['sg-0builder'],
  publicIp: true,
  spot: false,
  clientToken: 'job-7',
  startedBy: 'fargate-ci/shop/7',
  logs: { group: '/fargate-ci/kaniko', streamPrefix: 'build' },
};

/** A double with the builder stack, and a world whose AWS is this double. */
export async function stage(): Promise<{ double: Double; world: TestWorld }> {
  const double = await startDouble();
  seedBuilder(double);
  return { double, world: testWorld(double) };
}

/** Runs a task whose log must end with the line `END`. */
export async function run(
  world: TestWorld,
  overrides: Partial<TaskRequest> = {},
  timeoutMs = 3_600_000,
  onLine: (line: string) => void = () => {},
): Promise<{ lines: string[]; ended: EndedTask }> {
  const lines: string[] = [];
  const ended = await runTask(
    world,
    { ...request, ...overrides },
    {
      timeoutMs,
      onLine: (line) => {
        lines.push(line);
        onLine(line);
      },
      endSeen: () => lines.at(-1) === 'END',
    },
  );
  return { lines, ended };
}

/** The reported events of one type. */
export const reported = (world: TestWorld, type: string) => world.events.filter((event) => event.type === type);

/** The reason with which Jenkins' SIGTERM aborts a run. */
export const abortedBySigterm = () => new Failure('aborted', 'ended by SIGTERM', { signal: 15 });

/** Runs a task that must fail. @returns what was thrown, and after how many seconds of the double's time */
export async function failingRun(
  { double, world }: { double: Double; world: TestWorld },
  ...args: Parameters<typeof run> extends [unknown, ...infer Rest] ? Rest : never
): Promise<{ error: unknown; at: number }> {
  const error: unknown = await run(world, ...args).then(
    () => 'the run succeeded',
    (thrown: unknown) => thrown,
  );
  return { error, at: double.clock.elapsed() / 1000 };
}
