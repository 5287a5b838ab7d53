import type { Action, ServiceName } from '../action.ts';
import { Fields } from '../action-parameters.ts';
import { AwsError } from '../errors.ts';
import { asJsonObject, encodeJson, type JsonObject } from '../json-values.ts';
import { hexId } from '../state/ids.ts';
import type { Answer, Exchange, Incoming } from './exchange.ts';

/** The text before the name of the action in X-Amz-Target. */
const TARGETS: Record<string, ServiceName> = {
  AmazonEC2ContainerServiceV20141113: 'ecs',
  Logs_20140328: 'logs',
  AmazonSSM: 'ssm',
  AmazonEC2ContainerRegistry_V20150921: 'ecr',
  secretsmanager: 'secretsmanager',
  ServiceQuotasV20190624: 'servicequotas',
  CertificateManager: 'acm',
};

/** awsJson1_1: the action is named in a header, both bodies are JSON. */
export function jsonExchange(incoming: Incoming, actions: readonly Action[]): Exchange {
  const [target = '', name = ''] = (incoming.headers['x-amz-target'] ?? '').split('.');
  const service = TARGETS[target] ?? 'ecs';
  const input = asJsonObject(JSON.parse(incoming.body.toString() || '{}'));
  const found = actions.find((one) => one.service === service && one.name === name);
  return {
    service,
    action: name,
    input,
    run(state) {
      if (!found) throw new AwsError('UnknownOperationException', `The double does not play ${target}.${name}`);
      return answer(200, found.run(new Fields(input), state));
    },
    refuse({ code, message, status, fields }) {
      return answer(status, { __type: code, message, ...fields }, { 'x-amzn-errortype': code });
    },
  };
}

function answer(status: number, content: JsonObject, headers: Record<string, string> = {}): Answer {
  const body = Buffer.from(encodeJson(content));
  const always = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': hexId(body.toString()) };
  return { status, headers: { ...always, ...headers }, body };
}
