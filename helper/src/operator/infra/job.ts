import { Failure } from '../../failure.ts';
import { readStoredSettings } from '../../settings/ssm.ts';
import { readSource } from '../../source/commit.ts';
import type { UpParameters } from '../parameters.ts';
import { type Kind, readTemplate, type Template, type Templates } from '../templates.ts';
import type { OperatorWorld } from '../world.ts';
import type { Wanted } from './deploy.ts';
import { observe } from './observe.ts';
import { isThere, type Present, type Target } from './planner.ts';
import { refuse, sizeComplaint, upComplaints } from './refuse.ts';
import { type MainStack, type Observed, stackName } from './stacks.ts';
import { type Given, givenValues, type Values } from './values.ts';
import { findZone } from './zone.ts';

/** What one `up` or `plan` works with. */
export interface Job {
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

/**
 * Reads what is there and what is wanted; nothing is changed.
 * @throws Failure `usage` with all that is wrong, as far as it can be told beforehand
 */
export async function prepare(world: OperatorWorld, params: UpParameters, own: Own): Promise<Job> {
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
export function wantedStack(
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

/** The bucket of contexts in builder.yaml. */
export const BUCKET = { ResourceType: 'AWS::S3::Bucket', LogicalResourceId: 'ContextBucket' } as const;
