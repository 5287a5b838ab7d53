import type { ECSClient, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-ecs';
import type { BuildMiddleware, DeserializeMiddleware } from '@smithy/types';
import { parseExact, writeExact } from '../text/exact-json.ts';
import { addMissingMembers } from './add-missing-members.ts';
import { noteUnknownMembers } from './unknown-member-errors.ts';

// ECS learns new members after this SDK was bundled. The SDK drops members that its schema does not name, in answers and
// in requests, so a copied revision would silently lose them. This middleware adds such members of an answer to the SDK's
// object, where code that copies a definition finds them. It adds those of an input to the request before it is signed.
// Everything else is left to the SDK.

type Part = (value: unknown) => unknown;

const member = (value: unknown, name: string): unknown => Reflect.get(Object(value), name);
const only =
  (name: string): Part =>
  (value) => ({ [name]: member(value, name) });

/** Of a service, only this is sent back to ECS as a whole. */
const ofService = only('deploymentConfiguration');

const IN_ANSWERS: Readonly<Record<string, Part>> = {
  DescribeTaskDefinitionCommand: only('taskDefinition'),
  DescribeServicesCommand: (answer) => {
    const services = member(answer, 'services');
    return { services: Array.isArray(services) ? services.map(ofService) : undefined };
  },
};

const IN_REQUESTS: Readonly<Record<string, Part>> = {
  RegisterTaskDefinitionCommand: (input) => input,
  CreateServiceCommand: ofService,
  UpdateServiceCommand: ofService,
};

/** Makes a client keep the members of task definitions and deployment configurations that the SDK does not know. */
export function withUnknownMembers(client: ECSClient): ECSClient {
  const { middlewareStack: stack, config } = client;

  /** Reads the whole body, so that both the SDK and this middleware can use it. */
  const keepBody: DeserializeMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next, context) => async (args) => {
    const result = await next(args);
    const { response } = result;
    if (IN_ANSWERS[context.commandName ?? ''] && member(response, 'statusCode') === 200) {
      Reflect.set(Object(response), 'body', await config.streamCollector(member(response, 'body')));
    }
    return result;
  };
  const addToOutput: DeserializeMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next, context) => async (args) => {
    const result = await next(args);
    const part = IN_ANSWERS[context.commandName ?? ''];
    const body = member(result.response, 'body');
    if (part && body instanceof Uint8Array)
      addMissingMembers(result.output, part(parseExact(new TextDecoder().decode(body))));
    return result;
  };
  const addToRequest: BuildMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next, context) => async (args) => {
    const part = IN_REQUESTS[context.commandName ?? ''];
    const added = part ? addToBody(args.request, part(args.input)) : [];
    try {
      return await next(args);
    } catch (error) {
      noteUnknownMembers(error, added);
      throw error;
    }
  };
  const toMiddleware = 'deserializerMiddleware';
  stack.addRelativeTo(keepBody, { relation: 'after', toMiddleware, name: 'keepBody' });
  stack.addRelativeTo(addToOutput, { relation: 'before', toMiddleware, name: 'addUnknownToOutput' });
  // It must run before the SDK computes the body's length.
  stack.add(addToRequest, { step: 'build', priority: 'high', name: 'addUnknownToRequest' });
  return client;
}

/** Adds the input's unknown members to the request's body. @returns where they were added */
function addToBody(request: unknown, input: unknown): string[] {
  const body = member(request, 'body');
  const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : body;
  if (typeof text !== 'string') return [];
  const content = parseExact(text);
  const added = addMissingMembers(content, input);
  if (added.length > 0) Reflect.set(Object(request), 'body', writeExact(content));
  return added;
}
