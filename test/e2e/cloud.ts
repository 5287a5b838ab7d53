import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CreateRepositoryCommand, DescribeImagesCommand, RepositoryAlreadyExistsException } from '@aws-sdk/client-ecr';
import { DescribeTasksCommand, type Task } from '@aws-sdk/client-ecs';
import { awsAt } from '../../local/cloud/aws-clients.ts';
import { visit } from '../../local/cloud/visit-service.ts';
import { stringList } from '../../local/json-object.ts';
import { must } from '../../local/process.mjs';
import { runHelper } from '../../local/run-helper.ts';
import { recordProgramRun } from '../support/program-runs.ts';

/** The local cloud, as `npm run verify` tells it to these tests. */
interface Description {
  /** The variables that the helper needs in its environment, and those that must not be there. */
  env: Record<string, string>;
  endpoint: string;
  port: number;
  dockerHost: string;
  /** An image with a shell that the engine can run. */
  busybox: string;
  /** The process ids of MiniStack, and of the engine if it is ours. */
  pids: number[];
}

const described = process.env.FARGATE_CI_CLOUD;
if (described === undefined) throw new Error('these tests run in: npm run verify -- "end to end"');

export const cloud: Description = JSON.parse(described);
export const aws = awsAt(cloud.endpoint);
/** host:port of the local registry. */
export const registry = `127.0.0.1:${cloud.port}`;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) {
    for (const path of [folder, `${folder}@tmp`]) rmSync(path, { recursive: true, force: true }); // Jenkins' own beside it
  }
});

/** Makes a workspace with these files, by path. It is deleted after the test file. */
export function workspace(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'fargate-ci-e2e-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Runs the bundle as the steps do. An abort of the signal becomes SIGTERM. */
export async function helper(
  command: 'build' | 'deploy',
  parameters: object,
  { env = {}, signal }: { env?: Record<string, string>; signal?: AbortSignal } = {},
) {
  const ended = await runHelper(command, parameters, { env: { ...cloud.env, ...env }, signal });
  recordProgramRun({ command: `fargate-ci ${command}`, status: ended.status, said: ended.log });
  return ended;
}

/** The lines of a list of texts in a result. */
export function linesOf(list: unknown): string {
  return stringList(list)?.join('\n') ?? '';
}

/** Runs a docker command on the engine that runs the tasks. */
export function docker(...args: string[]): Promise<string> {
  return must('docker', args, { env: { DOCKER_HOST: cloud.dockerHost } });
}

/** Makes a repository in ECR where it is missing. */
export async function makeRepository(repositoryName: string): Promise<void> {
  try {
    await aws.ecr.send(new CreateRepositoryCommand({ repositoryName }));
  } catch (error) {
    if (!(error instanceof RepositoryAlreadyExistsException)) throw error;
  }
}

/** The digest that ECR has under a tag. */
export async function pushedDigest(repositoryName: string, imageTag: string): Promise<string | undefined> {
  const answer = await aws.ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag }] }));
  return answer.imageDetails?.[0]?.imageDigest;
}

/** What ECS says of a build's task. */
export async function taskOf(arn: unknown): Promise<Task> {
  const answer = await aws.ecs.send(new DescribeTasksCommand({ cluster: 'fargate-ci', tasks: [String(arn)] }));
  const [task] = answer.tasks ?? [];
  if (!task) throw new Error(`there is no task ${arn}`);
  return task;
}

/** The page of a service, through its load balancer. */
export function page(host: string, path = '/'): Promise<{ status: number; text: string }> {
  return visit(cloud.port, host, AbortSignal.timeout(60_000), path);
}

/** A Dockerfile that serves one file of the context. */
export const SITE = `FROM busybox:1.36
RUN echo built by RUN > /stamp.txt
COPY index.html /site/index.html
EXPOSE 8080
CMD ["httpd", "-f", "-p", "8080", "-h", "/site"]
`;
