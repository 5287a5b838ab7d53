import { Failure } from '../../failure.ts';
import { readStoredSettings } from '../../settings/ssm.ts';
import { readSource } from '../../source/commit.ts';
import type { UpParameters } from '../parameters.ts';
import { type Kind, readTemplate, type Template, type Templates } from '../templates.ts';
import type { OperatorWorld } from '../world.ts';
import { describeChanges, describeNew, endangersData } from './changes.ts';
import { deployStack, importResource, type Limits, makeReady, previewChange, type Wanted } from './deploy.ts';
import { ensureControllerImage } from './image.ts';
import { forgetKept } from './kept.ts';
import { nextSteps } from './next.ts';
import { observe } from './observe.ts';
import { isThere, type Present, planUp, type Step, type Target, wantedStacks } from './planner.ts';
import { refuse, sizeComplaint, upComplaints } from './refuse.ts';
import { conditionOf, type MainStack, type Observed, stackName } from './stacks.ts';
import { type Given, givenValues, type Values } from './values.ts';
import { findZone } from './zone.ts';

/** What `infra up` returns. */
export interface UpResult {
  /** Names and states of the stacks. */
  readonly stacks: Readonly<Record<string, string>>;
  readonly url: string | null;
  /** ARN of the secret with the administrator's password; null without Jenkins, or where it is a bare one. */
  readonly adminSecret: string | null;
  /** What a Jenkins elsewhere needs. */
  readonly callerPolicy: string | null;
}

/** What one `up` or `plan` works with. */
interface Job {
  readonly params: UpParameters;
  readonly prefix: string;
  readonly target: Target;
  readonly present: Present;
  readonly templates: Readonly<Record<MainStack, Template>>;
  readonly given: Readonly<Record<MainStack, Values>>;
  readonly controller: string;
}

/** Where the things of this program itself are. */
export interface Own {
  readonly templates: Templates;
  /** Folder of the controller's image. */
  readonly controller: string;
}

async function prepare(world: OperatorWorld, params: UpParameters, own: Own): Promise<Job> {
  const prefix = params.prefix ?? world.env.FARGATE_CI_PREFIX ?? 'fargate-ci';
  const read = (kind: Kind): Template => readTemplate(kind, own.templates[kind]);
  const templates = { network: read('network'), builder: read('builder'), jenkins: read('jenkins') };
  const host = params.host ?? (params.domain === undefined ? undefined : `jenkins.${params.domain}`);
  const values = givenValues(params, host);
  const name: readonly [string, Given] = ['Prefix', { value: prefix, by: 'prefix' }];
  const given = {
    network: new Map([name, ...values.network]),
    builder: new Map([name, ...values.builder]),
    jenkins: new Map([name, ...values.jenkins]),
  };
  const pairs = [templates.network, templates.builder, templates.jenkins].map((template, at) => {
    const own = [given.network, given.builder, given.jenkins][at] ?? new Map();
    return [template, own] as const;
  });
  refuse(upComplaints(params, world.aws.region, pairs), 'infra up');
  const present = await observe(world, prefix);
  await refuseStranger(world, prefix, present);
  const target: Target = {
    prefix,
    only: params.only === 'builder' ? 'builder' : undefined,
    ownVpc: params.vpc !== undefined || params.builderParameters.VpcId !== undefined,
    ownImage: params.controllerImage !== undefined || hasOtherImage(present.stacks.get(stackName(prefix, 'jenkins'))),
  };
  refuse(sizeComplaint(params, present.stacks.get(stackName(prefix, 'jenkins'))), 'infra up');
  const job: Job = { params, prefix, target, present, templates, given, controller: own.controller };
  if (target.only === 'builder') return job;
  const jenkins = await withLibrary(job, await withZone(world, job, host));
  return { ...job, given: { ...given, jenkins } };
}

/** Settings without the stack that should have written them are another stack's: its names are taken, too. */
async function refuseStranger(world: OperatorWorld, prefix: string, { stacks }: Present): Promise<void> {
  const name = stackName(prefix, 'builder');
  if (stacks.has(name)) return;
  const { values } = await readStoredSettings(world, prefix);
  if (!values.has('cluster')) return;
  throw new Failure('usage', `the prefix ${prefix} is in use by a builder that is not the stack ${name}`, {
    hint: `nothing was changed. Take another prefix (--prefix), or delete the stack that has /${prefix}/cluster first: docs/infrastructure.md says how`,
    evidence: [`SSM parameter /${prefix}/cluster: ${values.get('cluster')}`, `no stack ${name} in ${world.aws.region}`],
  });
}

/** Whether Jenkins runs an image that this program did not build: it stays, unless another is named. */
const hasOtherImage = (jenkins: Observed | undefined): boolean =>
  jenkins?.parameters.ControllerImage !== undefined &&
  !/\/jenkins-controller[@:]/.test(jenkins.parameters.ControllerImage);

/** Finds the host's zone, before anything is created: without one nothing proves a certificate. */
async function withZone(world: OperatorWorld, { params, prefix, present, given }: Job, host: string | undefined) {
  const before = present.stacks.get(stackName(prefix, 'jenkins'));
  if (host === undefined) {
    if (!before?.parameters.Host)
      refuse(['"domain" is required for a new Jenkins, for instance --domain example.com'], 'infra up');
    return given.jenkins;
  }
  if (params.hostedZone !== undefined) return given.jenkins;
  const zone = await findZone(world, host);
  if (zone !== undefined) {
    return new Map([...given.jenkins, ['HostedZoneId', { value: zone, by: '' }] as const]);
  }
  if (params.certificate === undefined && !before?.parameters.CertificateArn) {
    throw new Failure('usage', `this account has no public hosted zone for ${host} in Route 53`, {
      hint: 'create one and delegate the domain to it, or check the domain; or give --certificate, and point the host to the load balancer yourself. Nothing was changed',
    });
  }
  return given.jenkins;
}

/** Finds where the library with the steps is: a new Jenkins registers the one that this program came from. */
async function withLibrary({ params, prefix, present, controller }: Job, values: Values): Promise<Values> {
  const before = present.stacks.get(stackName(prefix, 'jenkins'));
  if (values.has('LibraryRepository') || before?.parameters.LibraryRepository || params.bare) return values;
  const url = webAddress((await readSource(controller, {})).url);
  if (url === undefined) {
    const why = 'the git URL that Jenkins gets the steps from, as https://github.com/acme/fargate-ci';
    refuse([`"libraryRepository" is required for a new Jenkins: ${why}`], 'infra up');
    return values;
  }
  return new Map([...values, ['LibraryRepository', { value: url, by: '' }]]);
}

/** `git@github.com:acme/fargate-ci.git` as `https://github.com/acme/fargate-ci.git`; undefined where it is no such thing. */
export function webAddress(url: string | undefined): string | undefined {
  const address = url?.replace(/^(?:ssh:\/\/)?git@([^:/]+)[:/]/, 'https://$1/');
  return address?.startsWith('https://') ? address : undefined;
}

/** The stack as it shall be, from what was given and what the stacks before it came to. */
function wantedStack(
  { prefix, templates, given, present }: Job,
  kind: MainStack,
  stacks: ReadonlyMap<MainStack, Observed>,
  found: Readonly<Record<string, string | undefined>> = {},
): Wanted {
  const network = stacks.get('network')?.outputs ?? {};
  const builder = stacks.get('builder');
  const vpc = network.VpcId ?? builder?.parameters.VpcId;
  const subnets = network.Subnets ?? builder?.parameters.Subnets;
  const outputs: Record<string, string | undefined> = {
    ...(kind === 'network' ? {} : { VpcId: vpc, Subnets: subnets }),
    ...(kind === 'jenkins'
      ? {
          Cluster: builder?.outputs.Cluster,
          CallerPolicyArn: builder?.outputs.CallerPolicyArn,
          FileSystemId: present.kept.fileSystem,
        }
      : {}),
    ...found,
  };
  const before = present.stacks.get(stackName(prefix, kind));
  // What a failed attempt was given need not be given again.
  const earlier = before === undefined || isThere(before) ? {} : before.parameters;
  const known = Object.entries(earlier).filter(([name]) => templates[kind].parameters.has(name));
  const values = new Map<string, Given>(known.map(([name, value]) => [name, { value, by: '' }]));
  const worked = new Map<string, Given>(
    Object.entries(outputs).flatMap(([name, value]) => (value === undefined ? [] : [[name, { value, by: '' }]])),
  );
  for (const [name, value] of [...worked, ...given[kind]]) values.set(name, value);
  return { name: stackName(prefix, kind), prefix, template: templates[kind], values };
}

/**
 * Brings all stacks to what is wanted, one after the other; again, it changes what is left to change, or nothing.
 * @throws Failure of many categories; what was done by then stays, and the same command goes on from it
 */
export async function up(
  world: OperatorWorld,
  params: UpParameters,
  own: Own,
  partially: (fields: Readonly<Record<string, unknown>>) => void = () => {},
): Promise<UpResult> {
  const job = await prepare(world, params, own);
  const limits: Limits = { allowDataLoss: params.allowDataLoss, timeoutMs: params.timeout * 60_000 };
  const done = new Map<MainStack, Observed>();
  for (const kind of wantedStacks(job.target, job.present.stacks)) {
    const found =
      kind === 'jenkins' && !job.target.ownImage
        ? { ControllerImage: await ensureControllerImage(world, imageJob(job)) }
        : {};
    const wanted = wantedStack(job, kind, done, found);
    const before = await takeBack(world, job, kind, wanted, limits);
    if (kind === 'jenkins' && !isThere(before) && job.present.kept.fileSystem !== undefined) {
      const text = `taking the file system ${job.present.kept.fileSystem} back: Jenkins goes on with what it had`;
      world.report({ type: 'infra-step', topic: 'stack', text });
    }
    done.set(kind, await deployStack(world, wanted, before, limits));
    if (kind === 'jenkins' && job.present.kept.fileSystem !== undefined)
      await forgetKept(world, job.prefix, 'fileSystem');
    partially({ stacks: states(done) });
  }
  const jenkins = done.get('jenkins')?.outputs;
  const result: UpResult = {
    stacks: states(done),
    url: jenkins?.Url ?? null,
    adminSecret: jenkins?.AdminSecretArn ?? null,
    callerPolicy: done.get('builder')?.outputs.CallerPolicyArn ?? null,
  };
  const lines = nextSteps(result, { prefix: job.prefix, region: world.aws.region, jenkins: done.get('jenkins') });
  world.report({ type: 'infra-next', lines });
  return result;
}

const imageJob = ({ prefix, controller, params }: Job) => ({ prefix, folder: controller, verbose: params.verbose });

const states = (done: ReadonlyMap<MainStack, Observed>): Record<string, string> =>
  Object.fromEntries([...done.values()].map(({ name, status }) => [name, status]));

/** The bucket of contexts in builder.yaml. */
const BUCKET = { ResourceType: 'AWS::S3::Bucket', LogicalResourceId: 'ContextBucket' } as const;

/** Takes a kept bucket into a new builder stack, before the rest of it is made. @returns what the stack is then */
async function takeBack(world: OperatorWorld, job: Job, kind: MainStack, wanted: Wanted, limits: Limits) {
  const before = job.present.stacks.get(wanted.name);
  const { bucket } = job.present.kept;
  if (kind !== 'builder' || bucket === undefined) return before;
  const present = await makeReady(world, before, world.clock.now() + limits.timeoutMs);
  if (present !== undefined) return present;
  const resource = { ...BUCKET, ResourceIdentifier: { BucketName: bucket } };
  const imported = await importResource(world, wanted, resource, limits);
  await forgetKept(world, job.prefix, 'bucket');
  return imported;
}

/** The plan of an `up`, line by line. AWS works out what changes in stacks that are there; nothing is changed. */
export async function planText(world: OperatorWorld, params: UpParameters, own: Own): Promise<string> {
  const job = await prepare(world, params, own);
  const lines: string[] = [];
  let losses = 0;
  const stacks = new Map<MainStack, Observed>();
  for (const kind of wantedStacks(job.target, job.present.stacks)) {
    const before = job.present.stacks.get(stackName(job.prefix, kind));
    if (before !== undefined && conditionOf(before.status) === 'settled') stacks.set(kind, before);
  }
  for (const step of planUp(job.target, job.present)) {
    const { told, dangers } = await describeStep(world, job, step, stacks);
    lines.push(...told);
    losses += dangers;
  }
  const end =
    losses > 0 && !params.allowDataLoss
      ? 'this plan would lose data: up refuses it without --allow-data-loss'
      : 'nothing was changed: this is a plan';
  return `${[...lines, end].join('\n')}\n`;
}

async function describeStep(world: OperatorWorld, job: Job, step: Step, stacks: ReadonlyMap<MainStack, Observed>) {
  const told = (...lines: string[]) => ({ told: lines, dangers: 0 });
  switch (step.do) {
    case 'wait':
      return told(`${step.stack}: ${step.status}, somebody changes it; up waits for that`);
    case 'clear':
      return told(`${step.stack}: ${step.status}, what a failed attempt left is removed first`);
    case 'stuck':
      return told(`${step.stack}: ${step.status}, up says how to get it going again`);
    case 'take-back':
      return told(`${step.stack}: takes back what was kept`, `  take     ${step.what} back`);
    case 'image':
      return told("controller image: built with kaniko on Fargate, unless the registry has this folder's already");
    case 'create': {
      const takes = step.kind === 'builder' && job.present.kept.bucket !== undefined;
      const made = job.templates[step.kind].resources.filter(
        ({ conditional, id }) => !conditional && !(takes && id === BUCKET.LogicalResourceId),
      );
      return told(`${step.stack}: new`, ...describeNew(made).map((line) => `  ${line}`));
    }
    case 'update': {
      const before = stacks.get(step.kind);
      if (before === undefined) return told();
      const changes = await previewChange(world, wantedStack(job, step.kind, stacks), before);
      if (changes === undefined) return told(`${step.stack}: as it should be`);
      return {
        told: [`${step.stack}: changes`, ...describeChanges(changes).map((line) => `  ${line}`)],
        dangers: changes.filter(endangersData).length,
      };
    }
  }
}
