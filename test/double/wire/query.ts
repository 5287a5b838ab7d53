import type { Action, ServiceName } from '../action.ts';
import { Fields } from '../action-parameters.ts';
import { AwsError } from '../errors.ts';
import { asJson, asJsonObject, isObject, type JsonObject } from '../json-values.ts';
import type { Answer, Exchange, Incoming } from './exchange.ts';
import { escapeXml, toXml } from './xml.ts';

/** All these services take POST / with an Action. The API version tells which service is meant. */
const VERSIONS: Record<string, ServiceName> = {
  '2010-05-08': 'iam',
  '2010-05-15': 'cloudformation',
  '2011-06-15': 'sts',
  '2015-12-01': 'elbv2',
  '2016-11-15': 'ec2',
};
const REQUEST_ID = '7a62c49f-347e-4fc4-9331-6e8eexample';

/** The Query protocol: a form comes in, and XML goes out. EC2 has its own dialect. */
export function queryExchange(incoming: Incoming, actions: readonly Action[]): Exchange {
  const {
    Action: name = '',
    Version: version = '',
    ...form
  } = Object.fromEntries(new URLSearchParams(incoming.body.toString()));
  const service = VERSIONS[version] ?? 'sts';
  const input = unfold(form);
  const found = actions.find((one) => one.service === service && one.name === name);
  return {
    service,
    action: name,
    input,
    run(state) {
      if (!found) throw new AwsError('InvalidAction', `The double does not play ${service}'s ${name}`);
      const result = found.run(new Fields(input), state);
      if (service === 'ec2') {
        return xml(
          200,
          `<${name}Response><requestId>${REQUEST_ID}</requestId>${toXml(result, 'item')}</${name}Response>`,
        );
      }
      const meta = `<ResponseMetadata><RequestId>${REQUEST_ID}</RequestId></ResponseMetadata>`;
      return xml(
        200,
        `<${name}Response><${name}Result>${toXml(result, 'member')}</${name}Result>${meta}</${name}Response>`,
      );
    },
    refuse({ code, message, status }) {
      const words = `<Code>${code}</Code><Message>${escapeXml(message)}</Message>`;
      if (service === 'ec2') {
        return xml(
          status,
          `<Response><Errors><Error>${words}</Error></Errors><RequestID>${REQUEST_ID}</RequestID></Response>`,
        );
      }
      const type = status < 500 ? 'Sender' : 'Receiver';
      const error = `<Error><Type>${type}</Type>${words}</Error>`;
      return xml(status, `<ErrorResponse>${error}<RequestId>${REQUEST_ID}</RequestId></ErrorResponse>`);
    },
  };
}

/** `Filters.member.1.Name=a` becomes {Filters: [{Name: 'a'}]}; `Id.1=x` becomes {Id: ['x']}. */
export function unfold(form: Readonly<Record<string, string>>): JsonObject {
  const root: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(form)) {
    const names = path.split('.').filter((name) => name !== 'member');
    const last = names.pop() ?? '';
    let at = root;
    for (const name of names) {
      const inner = at[name];
      const next: Record<string, unknown> = isObject(inner) ? inner : {};
      at[name] = next;
      at = next;
    }
    at[last] = value;
  }
  return asJsonObject(listed(root));
}

/** Objects whose keys are all numbers are lists. */
function listed(value: unknown): unknown {
  if (!isObject(value)) return asJson(value);
  const entries = Object.entries(value);
  const isList = entries.length > 0 && entries.every(([name]) => /^\d+$/.test(name));
  if (isList) return entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, one]) => listed(one));
  return Object.fromEntries(entries.map(([name, one]) => [name, listed(one)]));
}

function xml(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/xml' }, body: Buffer.from(body) };
}
