import {
  CreateServiceCommand,
  RegisterTaskDefinitionCommand,
  type Service,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { awsErrorFacts, awsFailure, isAccessDenied } from '../aws/errors.ts';
import { mayHaveActed, once, UnclearAnswer } from '../aws/once.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import { type Deploying, unhurried, within } from './calls.ts';
import { sameDefinition } from './compare.ts';
import { originalOf, withoutMark } from './copies.ts';
import type { Definition } from './definition.ts';
import { sameRevision } from './names.ts';
import { type Baseline, isGone, readRevision, readService, type ServiceName } from './read.ts';
import type { Scaled } from './verdict.ts';

/** How often a call is sent at most, and how often the state is read after an unclear answer. */
const ATTEMPTS = 3;
const LOOKS = 4;
const LOOK_MS = 1_500;
/** A single look at the state may take this long. */
const READ_MS = 3_000;
/** After an abort. */
const HURRIED_MS = 1_500;
/** A new account's service-linked role takes some seconds to come into being. */
const ROLE_ATTEMPTS = 8;
const ROLE_MS = 5_000;

/**
 * Registers a revision, once: after an unclear answer the family's newest revision is compared first.
 * @returns its ARN
 */
export async function register(world: World, definition: Definition): Promise<string> {
  const doing = `register the task definition ${definition.family}`;
  for (let attempt = 1; ; attempt++) {
    try {
      const made = await unhurried(world, (options) =>
        world.aws.ecs.send(once(new RegisterTaskDefinitionCommand(definition)), options),
      );
      const arn = made.taskDefinition?.taskDefinitionArn;
      if (arn) return arn;
      throw new Failure('aws', `could not ${doing}: the answer names no revision`);
    } catch (error) {
      // A copy is what it is also without the tag that says so.
      const mark = isAccessDenied(error) && /TagResource/.test(awsErrorFacts(error).message) && originalOf(definition);
      if (mark) return register(world, withoutMark(definition));
      if (!(error instanceof UnclearAnswer)) throw awsFailure(error, doing);
      const latest = await readRevision(world, definition.family ?? '');
      if (latest && sameDefinition(latest.definition, definition)) return latest.arn;
      if (attempt >= ATTEMPTS) throw awsFailure(error.reason, doing);
    }
  }
}

/**
 * Creates a service. The client token makes repeating it harmless, so that the SDK may; where even so no clear answer
 * comes, the service is read.
 * @param token at most 36 characters; the SDK does not invent one
 */
export async function createService(
  world: Deploying,
  request: ConstructorParameters<typeof CreateServiceCommand>[0],
  token: string,
  before: Baseline,
): Promise<Service | undefined> {
  const name = { cluster: request.cluster ?? '', service: request.serviceName ?? '' };
  const doing = `create the service ${name.service} in cluster ${name.cluster}`;
  for (let attempt = 1; ; attempt++) {
    try {
      const made = await unhurried(world, (options) =>
        world.aws.ecs.send(new CreateServiceCommand({ ...request, clientToken: token.slice(0, 36) }), options),
      );
      return made.service;
    } catch (error) {
      if (mayHaveActed(error)) {
        const acted = await readBack(
          world,
          name,
          (service) => ownDeployment(service, request.taskDefinition, before) !== undefined,
        );
        if (acted) return acted;
      }
      const { message } = awsErrorFacts(error);
      if (!/service[- ]linked role/i.test(message)) throw createFailure(error, doing, name.service);
      if (attempt >= ROLE_ATTEMPTS) {
        throw new Failure('aws', `could not ${doing}: ECS' service-linked role is missing`, {
          hint: 'create it once per account: aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com',
          evidence: [message],
          cause: error,
        });
      }
      await world.clock.sleep(ROLE_MS, world.signal);
    }
  }
}

function createFailure(error: unknown, doing: string, service: string): Failure {
  const { message } = awsErrorFacts(error);
  if (!/idempotent/i.test(message)) return awsFailure(error, doing);
  return new Failure('deploy', `the service ${service} was created by someone else at the same moment`, {
    hint: 'run this again: it is updated then',
    evidence: [message],
    cause: error,
  });
}

/**
 * Updates a service with one call. After an unclear answer the service is read: only where no deployment of ours has
 * appeared is the call sent again, since each call would start a deployment of its own.
 * @param does whether the request starts a deployment; repeating one that starts none is harmless. A count that shows
 * up after an unclear answer was set by it: an abort must know, to set it back.
 */
export async function updateService(
  world: Deploying,
  request: UpdateServiceCommandInput,
  does: { deploys: boolean; scales?: Scaled | undefined },
  before: Baseline,
): Promise<Service | undefined> {
  const name = { cluster: request.cluster ?? '', service: request.service ?? '' };
  const doing = `update the service ${name.service} in cluster ${name.cluster}`;
  for (let attempt = 1; ; attempt++) {
    try {
      const made = await unhurried(world, (options) =>
        world.aws.ecs.send(once(new UpdateServiceCommand(request)), options),
      );
      return made.service;
    } catch (error) {
      if (!(error instanceof UnclearAnswer)) throw updateFailure(error, doing, name);
      world.report({ type: 'detail', text: `UpdateService: ${error.message}; reading the service` });
      const acted = does.deploys
        ? await readBack(world, name, (service) => ownDeployment(service, request.taskDefinition, before) !== undefined)
        : does.scales && (await readBack(world, name, ({ desiredCount }) => desiredCount === request.desiredCount));
      if (acted) return acted;
      world.signal.throwIfAborted();
      if (attempt >= ATTEMPTS) throw awsFailure(error.reason, doing);
    }
  }
}

/** Looks for what an unanswered call may have done. An abort hurries it, but does not end it. */
async function readBack(
  { clock, signal, aws, grace }: Deploying,
  name: ServiceName,
  isDone: (service: Service) => boolean,
): Promise<Service | undefined> {
  for (let look = 1; look <= LOOKS; look++) {
    await clock.sleep(signal.aborted ? LOOK_MS / 3 : LOOK_MS);
    const ms = signal.aborted ? grace.atMost(HURRIED_MS) : READ_MS;
    const read = within(clock, ms, (options) => readService({ aws, signal }, name, options));
    const service = await read.catch(() => undefined);
    if (service?.status === 'ACTIVE' && isDone(service)) return service;
    if (signal.aborted && look > 1) return undefined;
  }
  return undefined;
}

/** The deployment that our call started: of our revision, and not there before. */
export function ownDeployment(service: Service, taskDefinition: string | undefined, before: Baseline) {
  const fresh = (service.deployments ?? []).filter((deployment) => !before.deployments.has(deployment.id ?? ''));
  return fresh.find((deployment) => sameRevision(deployment.taskDefinition, taskDefinition));
}

function updateFailure(error: unknown, doing: string, { service }: ServiceName): Failure {
  const { message } = awsErrorFacts(error);
  if (!isGone(error)) return awsFailure(error, doing);
  return new Failure('deploy', `the service ${service} was deleted before it could be updated`, {
    hint: 'run this again: it is created then',
    evidence: [message],
    cause: error,
  });
}
