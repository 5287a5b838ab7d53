import {
  CreateServiceCommand,
  type Service,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { carefully } from '../../aws/call-once.ts';
import { awsErrorFacts, awsFailure } from '../../aws/errors.ts';
import { mayHaveActed, once, UnclearAnswer } from '../../aws/idempotency.ts';
import { Failure } from '../../failure.ts';
import { type Deploying, unhurried, within } from '../call-options.ts';
import type { ScaleUp } from '../plan/deployment-plan.ts';
import { type Baseline, isServiceGone, readService, type ServiceName } from '../read-service.ts';
import { sameRevision } from '../revision.ts';

/** A single look at the state may take this long. */
const READ_MS = 3_000;
/** A new account's service-linked role takes some seconds to come into being. */
const ROLE_ATTEMPTS = 8;
const ROLE_MS = 5_000;

/**
 * Creates a service. The client token makes repeating it harmless; where no answer comes, the service is read all the
 * same, since not everything that speaks ECS' API knows a token again.
 * @param token at most 36 characters; the SDK does not invent one
 */
export async function createService(
  world: Deploying,
  request: ConstructorParameters<typeof CreateServiceCommand>[0],
  token: string,
  before: Baseline,
): Promise<Service> {
  const name = { cluster: request.cluster ?? '', service: request.serviceName ?? '' };
  const doing = `create the service ${name.service} in cluster ${name.cluster}`;
  const input = { ...request, clientToken: token.slice(0, 36) };
  for (let attempt = 1; ; attempt++) {
    try {
      return await carefully(world, {
        action: 'CreateService',
        async send() {
          try {
            const command = new CreateServiceCommand(input);
            return (await unhurried(world, (options) => world.aws.ecs.send(command, options))).service;
          } catch (error) {
            throw mayBeOurs(error) ? new UnclearAnswer(error) : error;
          }
        },
        find: () =>
          readBack(world, name, (service) => findOurDeployment(service, request.taskDefinition, before) !== undefined),
        isRepeated: true,
      });
    } catch (error) {
      world.signal.throwIfAborted();
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

/** There is a service of that name: ECS' words, and those of stand-ins. */
const isTaken = (error: unknown): boolean => /idempotent|already exists/i.test(awsErrorFacts(error).message);

/** Whether the service may be there by our own doing: an attempt before the SDK's last one may have been heard. */
function mayBeOurs(error: unknown): boolean {
  const attempts: unknown = Reflect.get(Object(Reflect.get(Object(error), '$metadata')), 'attempts');
  return mayHaveActed(error) || (typeof attempts === 'number' && attempts > 1);
}

function createFailure(error: unknown, doing: string, service: string): Failure {
  const { message } = awsErrorFacts(error);
  if (!isTaken(error)) return awsFailure(error, doing);
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
  does: { deploys: boolean; scaleUp?: ScaleUp | undefined },
  before: Baseline,
): Promise<Service> {
  const name = { cluster: request.cluster ?? '', service: request.service ?? '' };
  const { deploys, scales } = does;
  const isDone = deploys
    ? (service: Service) => findOurDeployment(service, request.taskDefinition, before) !== undefined
    : scales && (({ desiredCount }: Service) => desiredCount === request.desiredCount);
  try {
    return await carefully(world, {
      action: 'UpdateService',
      async send() {
        const command = once(new UpdateServiceCommand(request));
        return (await unhurried(world, (options) => world.aws.ecs.send(command, options))).service;
      },
      ...(isDone && { find: () => readBack(world, name, isDone) }),
    });
  } catch (error) {
    world.signal.throwIfAborted();
    throw updateFailure(error, `update the service ${name.service} in cluster ${name.cluster}`, name);
  }
}

/** Looks for what an unanswered call may have done. An abort hurries it, but does not end it. */
async function readBack(
  { clock, signal, aws, abortBudget }: Deploying,
  name: ServiceName,
  isDone: (service: Service) => boolean,
): Promise<Service | undefined> {
  const ms = signal.aborted ? abortBudget.msFor('look') : READ_MS;
  const service = await within(clock, ms, (options) => readService({ aws, signal }, name, options));
  return service?.status === 'ACTIVE' && isDone(service) ? service : undefined;
}

/** The deployment that our call started: of our revision, and not there before. */
export function findOurDeployment(service: Service, taskDefinition: string | undefined, before: Baseline) {
  const fresh = (service.deployments ?? []).filter((deployment) => !before.deployments.has(deployment.id ?? ''));
  return fresh.find((deployment) => sameRevision(deployment.taskDefinition, taskDefinition));
}

function updateFailure(error: unknown, doing: string, { service }: ServiceName): Failure {
  const { message } = awsErrorFacts(error);
  if (!isServiceGone(error)) return awsFailure(error, doing);
  return new Failure('deploy', `the service ${service} was deleted before it could be updated`, {
    hint: 'run this again: it is created then',
    evidence: [message],
    cause: error,
  });
}
