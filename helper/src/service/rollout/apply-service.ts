import {
  CreateServiceCommand,
  type Service,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { callOnce } from '../../aws/call-once.ts';
import { answerWithin, withGracePeriod } from '../../aws/deadline.ts';
import { awsErrorFacts, awsFailure } from '../../aws/errors.ts';
import { mayHaveTakenEffect, UnclearAnswer, withoutBlindRetries } from '../../aws/idempotency.ts';
import { Failure } from '../../failure.ts';
import type { World } from '../../world.ts';
import type { ScaleUp } from '../plan/deployment-plan.ts';
import { type Baseline, isServiceGone, readService, type ServiceName } from '../read-service.ts';
import { sameRevision } from '../revision.ts';

/** How long one look at the service may take. */
const READ_MS = 3_000;
/** ECS makes its service-linked role at the first use in an account, which takes some seconds. */
const ROLE_ATTEMPTS = 8;
const ROLE_MS = 5_000;

/**
 * Creates a service. The client token makes a repeated call harmless. Where no answer comes, the service is read all the
 * same, since some stand-ins for ECS ignore the token.
 * @param token at most 36 characters; the SDK does not invent one
 */
export async function createService(
  world: World,
  request: ConstructorParameters<typeof CreateServiceCommand>[0],
  token: string,
  before: Baseline,
): Promise<Service> {
  const name = { cluster: request.cluster ?? '', service: request.serviceName ?? '' };
  const doing = `create the service ${name.service} in cluster ${name.cluster}`;
  const input = { ...request, clientToken: token.slice(0, 36) };
  for (let attempt = 1; ; attempt++) {
    try {
      return await callOnce(world, {
        action: 'CreateService',
        async send() {
          try {
            const command = new CreateServiceCommand(input);
            return (await withGracePeriod(world, (options) => world.aws.ecs.send(command, options))).service;
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

/** True where a service of that name exists: ECS' wording, and that of stand-ins. */
const isTaken = (error: unknown): boolean => /idempotent|already exists/i.test(awsErrorFacts(error).message);

/** True where the service may be ours: an attempt before the SDK's last one may have created it. */
function mayBeOurs(error: unknown): boolean {
  const attempts: unknown = Reflect.get(Object(Reflect.get(Object(error), '$metadata')), 'attempts');
  return mayHaveTakenEffect(error) || (typeof attempts === 'number' && attempts > 1);
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
 * Updates a service with one call. After an unclear answer the service is read first, and the call is sent again only where
 * our deployment does not appear: each call would start one more deployment.
 * @param does deploys: the request starts a deployment; a request that starts none may be repeated. scaleUp: the count that
 * it raises; a raised count that is found after an unclear answer was set by us, and an abort must set it back.
 */
export async function updateService(
  world: World,
  request: UpdateServiceCommandInput,
  does: { deploys: boolean; scaleUp?: ScaleUp | undefined },
  before: Baseline,
): Promise<Service> {
  const name = { cluster: request.cluster ?? '', service: request.service ?? '' };
  const { deploys, scaleUp } = does;
  const isDone = deploys
    ? (service: Service) => findOurDeployment(service, request.taskDefinition, before) !== undefined
    : scaleUp && (({ desiredCount }: Service) => desiredCount === request.desiredCount);
  try {
    return await callOnce(world, {
      action: 'UpdateService',
      async send() {
        const command = withoutBlindRetries(new UpdateServiceCommand(request));
        return (await withGracePeriod(world, (options) => world.aws.ecs.send(command, options))).service;
      },
      ...(isDone && { find: () => readBack(world, name, isDone) }),
    });
  } catch (error) {
    world.signal.throwIfAborted();
    throw updateFailure(error, `update the service ${name.service} in cluster ${name.cluster}`, name);
  }
}

/** Looks for the effect of a call without an answer. After an abort it takes less time, but still looks. */
async function readBack(
  { clock, signal, aws, abortBudget }: World,
  name: ServiceName,
  isDone: (service: Service) => boolean,
): Promise<Service | undefined> {
  const ms = signal.aborted ? abortBudget.msFor('look') : READ_MS;
  const service = await answerWithin(clock, ms, (options) => readService({ aws, signal }, name, options));
  return service?.status === 'ACTIVE' && isDone(service) ? service : undefined;
}

/** The deployment that our call started: it has our revision, and did not exist before. */
export function findOurDeployment(service: Service, taskDefinition: string | undefined, before: Baseline) {
  const sinceCall = (service.deployments ?? []).filter((deployment) => !before.deployments.has(deployment.id ?? ''));
  return sinceCall.find((deployment) => sameRevision(deployment.taskDefinition, taskDefinition));
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
