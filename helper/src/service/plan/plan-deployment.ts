import type { CreateServiceCommandInput, Service, UpdateServiceCommandInput } from '@aws-sdk/client-ecs';
import { sameDefinition } from '../../ecs/canonical-definition.ts';
import { toRegistrable } from '../../ecs/registrable-definition.ts';
import { describeChanges } from '../definition/describe-changes.ts';
import {
  type Base,
  type Definition,
  type LeftBehind,
  leftBehind,
  mergeDefinition,
  newDefinition,
} from '../definition/merge-definition.ts';
import { asCopy, withoutMark } from '../definition/revision-copies.ts';
import type { Scaled, SettingsBefore } from '../rollout/verdict.ts';
import { createRequest, goesBack, settingsBefore, updateRequest } from './service-requests.ts';
import { complaintsAbout } from './wanted-complaints.ts';
import type { Wanted } from './wanted-service.ts';

/** A registered revision. */
export interface Revision {
  arn: string;
  definition: Definition;
  /** False for one that was deregistered: it may still run, but nothing can be deployed with it. */
  active: boolean;
}

/** What there is before a deployment. */
export interface Observed {
  /** The service, where it is ACTIVE. */
  service: Service | undefined;
  /** The revision that the service runs. */
  present: Revision | undefined;
  /** The revision that the service goes back to when a deployment fails: the last that was up. */
  good: Revision | undefined;
  /** The newest active revision of the family that would be registered to. */
  latest: Revision | undefined;
  /** Whether any deployment of the service ever succeeded; undefined where that is not known. */
  everSucceeded: boolean | undefined;
}

/**
 * What will be done to the service. `follow` starts nothing, but a rollout of this very revision is under way; `scales`:
 * no deployment is started, but tasks are; `before`: settings that it changes, as they were.
 */
export type ServiceStep =
  | { kind: 'create'; request: CreateServiceCommandInput }
  | {
      kind: 'update';
      request: UpdateServiceCommandInput;
      deploys: boolean;
      scales?: Scaled | undefined;
      before?: SettingsBefore | undefined;
    }
  | { kind: 'follow'; present: Service }
  | { kind: 'none'; present: Service };

/** A deployment, decided: plain data, ready to be shown or done. */
export interface Plan {
  /** The definition to register; undefined where `taskDefinition` has this content already. */
  register: Definition | undefined;
  /** ARN of the revision that is deployed; undefined where it is yet to be registered. */
  taskDefinition: string | undefined;
  /** What the revision will look like. */
  definition: Definition;
  previous: string | undefined;
  /** What runs again when this fails. */
  goesBackTo: Revision | undefined;
  /** No deployment of the service ever succeeded: there is nothing that ECS could go back to. */
  first: boolean;
  /** Whether a failure is undone. */
  goesBack: boolean;
  service: ServiceStep;
  /** What the revision changes, and what else changes about the service, for people. */
  changes: readonly string[];
  serviceChanges: readonly string[];
  /** The definition of the revision that is replaced. */
  was?: Definition | undefined;
  /** Containers that were left with the image that is replaced. */
  leftBehind?: LeftBehind | undefined;
  /** What is wrong with what was asked for; nothing may be done unless it is empty. */
  complaints: readonly string[];
}

/** Decides what a deployment does. No I/O: `file` is the task definition read from the workspace, where one was named. */
export function planDeploy(wanted: Wanted, have: Observed, file: Definition | undefined): Plan {
  const base = chooseBase(wanted, have, file);
  const definition = withoutMark(mergeDefinition(base, wanted));
  const same = [have.present, have.latest].find(
    (revision) => revision?.active && sameDefinition(revision.definition, definition),
  );
  const changes = have.present ? describeChanges(have.present.definition, definition) : ['new'];
  if (have.present?.active === false && changes.length === 0) changes.push('the present revision was deregistered');
  const service = planService(wanted, have, definition, same?.arn);
  return {
    register: same === undefined ? definition : undefined,
    taskDefinition: same?.arn,
    definition,
    previous: have.present?.arn,
    goesBackTo: have.good,
    first: have.service === undefined || have.everSucceeded === false,
    goesBack: goesBack(wanted, have.service),
    service: service.step,
    changes,
    serviceChanges: service.changes,
    was: have.present?.definition,
    leftBehind: leftBehind(base.definition, wanted),
    complaints: complaintsAbout(wanted, have.service, base, definition),
  };
}

const UNTOUCHED: Wanted['explicit'] = {
  targetGroup: undefined,
  subnets: undefined,
  securityGroups: undefined,
  publicIp: undefined,
  executionRole: undefined,
  taskRole: undefined,
  logGroup: undefined,
};

/** Decides what going back to a revision does: the revision is taken as it is, and so is the service otherwise. */
export function planRollback(asked: Wanted, have: Observed, target: Revision): { wanted: Wanted; plan: Plan } {
  const wanted = asThen(asked, have.service, target.definition);
  const asIs = planService(wanted, have, target.definition, target.arn);
  const runs = asIs.step.kind === 'none' || asIs.step.kind === 'follow';
  // Nothing can be deployed with a revision that was deregistered: a copy of it can.
  const copy = target.active || runs ? undefined : asCopy(target);
  const { step, changes } = copy ? planService(wanted, have, target.definition, undefined) : asIs;
  const plan = {
    register: copy,
    taskDefinition: copy ? undefined : target.arn,
    definition: target.definition,
    previous: have.present?.arn,
    goesBackTo: have.good,
    first: have.everSucceeded === false,
    goesBack: goesBack(wanted, have.service),
    service: step,
    changes: have.present ? describeChanges(have.present.definition, target.definition) : [],
    serviceChanges: changes,
    was: have.present?.definition,
    complaints: [],
  };
  return { wanted, plan };
}

/** What an old revision makes of a deployment's wishes: its own container, image and, where that moved, port. */
function asThen(asked: Wanted, service: Service | undefined, definition: Definition): Wanted {
  const containers = definition.containerDefinitions ?? [];
  const [balancer] = service?.loadBalancers ?? [];
  const container =
    containers.find(({ name }) => name === balancer?.containerName) ??
    containers.find(({ name }) => name === asked.service) ??
    containers[0];
  const ports = (container?.portMappings ?? []).flatMap(({ containerPort }) => containerPort ?? []);
  const moved = balancer?.containerPort !== undefined && !ports.includes(balancer.containerPort);
  return {
    ...asked,
    container: container?.name,
    image: container?.image,
    port: moved ? ports[0] : undefined,
    explicit: UNTOUCHED,
  };
}

/** The service's image stays where a file is the base and no image was named: a file's image is a placeholder. */
function chooseBase(wanted: Wanted, have: Observed, file: Definition | undefined): Base {
  if (file !== undefined) return { origin: 'file', definition: withPresentImage(file, wanted, have) };
  if (have.present !== undefined) return { origin: 'service', definition: have.present.definition };
  return { origin: 'new', definition: newDefinition(wanted) };
}

function withPresentImage(file: Definition, wanted: Wanted, have: Observed): Definition {
  const present = have.present?.definition.containerDefinitions ?? [];
  if (wanted.image !== undefined || present.length === 0) return file;
  return {
    ...file,
    containerDefinitions: (file.containerDefinitions ?? []).map((container) => {
      const image = present.find((other) => other.name === container.name)?.image;
      return image === undefined ? container : { ...container, image };
    }),
  };
}

/** Decides what is done to the service for it to run `definition`, which is `revision` where that exists. */
export function planService(
  wanted: Wanted,
  have: Observed,
  definition: Definition,
  revision: string | undefined,
): { step: ServiceStep; changes: readonly string[] } {
  if (have.service === undefined) {
    return { step: { kind: 'create', request: createRequest(wanted, definition) }, changes: ['service created'] };
  }
  const primary = have.service.deployments?.find((deployment) => deployment.status === 'PRIMARY');
  const keeps = revision !== undefined && revision === have.present?.arn;
  const force = keeps && (wanted.movingTag || primary?.rolloutState === 'FAILED');
  const { request, changes, deploys } = updateRequest(wanted, have.service, definition, {
    force,
    restart: have.everSucceeded === false,
  });
  if (!keeps || changes.length > 0) {
    const starts = deploys || !keeps;
    const [from, to] = [have.service.desiredCount ?? 0, request.desiredCount ?? 0];
    const scales = !starts && to > from ? { from, to } : undefined;
    const before = settingsBefore(request, have.service);
    const step = { kind: 'update', request, deploys: starts } as const;
    return { step: { ...step, ...(scales ? { scales } : {}), ...(before ? { before } : {}) }, changes };
  }
  const kind = primary?.rolloutState === 'IN_PROGRESS' ? 'follow' : 'none';
  return { step: { kind, present: have.service }, changes: [] };
}

/** A registered task definition as a revision. */
export function asRevision(
  registered: Parameters<typeof toRegistrable>[0] | undefined,
  tags: Definition['tags'],
): Revision | undefined {
  const arn = registered?.taskDefinitionArn;
  if (!registered || !arn) return undefined;
  return { arn, definition: toRegistrable(registered, tags), active: (registered.status ?? 'ACTIVE') === 'ACTIVE' };
}
