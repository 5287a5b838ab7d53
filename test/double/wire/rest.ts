import type { Action } from '../action.ts';
import { Fields } from '../action-parameters.ts';
import { DeleteFileSystem } from '../actions/efs/DeleteFileSystem.ts';
import { GetHostedZone } from '../actions/route53/GetHostedZone.ts';
import { ListHostedZonesByName } from '../actions/route53/ListHostedZonesByName.ts';
import { encodeJson, type JsonObject } from '../json-values.ts';
import type { Exchange, Incoming } from './exchange.ts';
import { escapeXml, toXml } from './xml.ts';

/** Actions that method and path tell apart. The groups of the path, and the query, are their input. */
const ROUTES: readonly { method: string; path: RegExp; action: Action; xml: boolean }[] = [
  { method: 'GET', path: /^\/2013-04-01\/hostedzonesbyname$/, action: ListHostedZonesByName, xml: true },
  { method: 'GET', path: /^\/2013-04-01\/hostedzone\/(?<Id>[^/]+)$/, action: GetHostedZone, xml: true },
  {
    method: 'DELETE',
    path: /^\/2015-02-01\/file-systems\/(?<FileSystemId>[^/]+)$/,
    action: DeleteFileSystem,
    xml: false,
  },
];

/** The REST services other than S3: Route 53 answers XML, EFS answers JSON. Undefined for any other request. */
export function restExchange({ method, url }: Incoming): Exchange | undefined {
  const route = ROUTES.find((one) => one.method === method && one.path.test(url.pathname));
  if (route === undefined) return undefined;
  const { action, xml, path } = route;
  const input: JsonObject = { ...Object.fromEntries(url.searchParams), ...path.exec(url.pathname)?.groups };
  const type = { 'content-type': xml ? 'text/xml' : 'application/json' };
  return {
    service: action.service,
    action: action.name,
    input,
    run(state) {
      const result = action.run(new Fields(input), state);
      const name = `${action.name}Response`;
      const body = xml ? `<${name}>${toXml(result, 'HostedZone')}</${name}>` : encodeJson(result);
      return { status: 200, headers: type, body: Buffer.from(body) };
    },
    refuse({ code, message, status }) {
      const words = `<Code>${code}</Code><Message>${escapeXml(message)}</Message>`;
      const body = xml
        ? `<ErrorResponse><Error><Type>Sender</Type>${words}</Error></ErrorResponse>`
        : JSON.stringify({ ErrorCode: code, Message: message });
      return { status, headers: { ...type, 'x-amzn-errortype': code }, body: Buffer.from(body) };
    },
  };
}
