import { REGION } from './ministack.mjs';

// Calls of MiniStack's API by plain fetch: the demo runs before any package is installed. MiniStack reads the service
// and the region from the Authorization header and checks no signature; none of this would work on AWS.

/** JSON services: the prefix of X-Amz-Target. @type {Record<string, string>} */
const TARGETS = {
  ecs: 'AmazonEC2ContainerServiceV20141113',
  ecr: 'AmazonEC2ContainerRegistry_V20150921',
  ssm: 'AmazonSSM',
  logs: 'Logs_20140328',
  secretsmanager: 'secretsmanager',
};

/** Query services: their API version. @type {Record<string, string>} */
const VERSIONS = {
  cloudformation: '2010-05-15',
  elasticloadbalancing: '2015-12-01',
  ec2: '2016-11-15',
  iam: '2010-05-08',
};

/** @typedef {ReturnType<typeof awsAt>} LocalAws */

/** @param {string} endpoint */
export function awsAt(endpoint) {
  /**
   * @param {string} service
   * @param {string} action
   * @param {Record<string, string>} headers
   * @param {string | undefined} body none: a GET
   * @param {string} [path]
   */
  async function call(service, action, headers, body, path = '/') {
    const scope = `20260101/${REGION}/${service}/aws4_request`;
    const answer = await fetch(new URL(path, endpoint), {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...headers,
        Authorization: `AWS4-HMAC-SHA256 Credential=test/${scope}, SignedHeaders=host, Signature=none`,
      },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${service} ${action}: ${answer.status} ${text.slice(0, 500)}`);
    return text;
  }
  return {
    /**
     * @param {keyof typeof TARGETS} service
     * @param {string} action
     * @param {object} parameters
     * @returns {Promise<any>} the answer, parsed
     */
    async json(service, action, parameters) {
      const headers = { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': `${TARGETS[service]}.${action}` };
      return JSON.parse((await call(service, action, headers, JSON.stringify(parameters))) || '{}');
    },
    /**
     * @param {keyof typeof VERSIONS} service
     * @param {string} action
     * @param {Record<string, string>} parameters
     * @returns {Promise<string>} the answer's XML
     */
    query(service, action, parameters) {
      const form = new URLSearchParams({ Action: action, Version: VERSIONS[service] ?? '', ...parameters });
      return call(service, action, { 'Content-Type': 'application/x-www-form-urlencoded' }, form.toString());
    },
    /**
     * @param {'s3' | 'route53' | 'elasticfilesystem'} service
     * @param {string} path
     * @param {string} [body] none: a GET
     * @returns {Promise<string>} the answer, as it is
     */
    rest(service, path, body) {
      return call(service, path, {}, body, path);
    },
  };
}

/**
 * Texts of all elements of a name, in order.
 * @param {string} xml
 * @param {string} name
 * @returns {string[]}
 */
export function elements(xml, name) {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text]) => text ?? '');
}
