import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { Failure } from '../failure.ts';
import { awsFailure } from './errors.ts';

/** Where and as whom EC2's Query API is called. */
export interface Ec2Options {
  region: string;
  credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  /** A stand-in's address; AWS' own where left out. */
  endpoint?: string | undefined;
}

const VERSION = '2016-11-15';
const TIMEOUT_MS = 20_000;

/**
 * One signed call of EC2's Query API, answered in XML
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html).
 */
export function createEc2(options: Ec2Options) {
  return async (action: string, parameters: Readonly<Record<string, string>>): Promise<string> => {
    const suffix = options.region.startsWith('cn-') ? '.cn' : '';
    const url = new URL(options.endpoint ?? `https://ec2.${options.region}.amazonaws.com${suffix}`);
    const body = new URLSearchParams({ Action: action, Version: VERSION, ...parameters }).toString();
    const signer = new SignatureV4({
      service: 'ec2',
      region: options.region,
      credentials: options.credentials,
      sha256: Sha256,
    });
    try {
      const signed = await signer.sign({
        method: 'POST',
        protocol: url.protocol,
        hostname: url.hostname,
        ...(url.port ? { port: Number(url.port) } : {}),
        path: '/',
        headers: { host: url.host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        body,
      });
      const answer = await fetch(url, {
        method: 'POST',
        headers: signed.headers,
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const xml = await answer.text();
      if (answer.ok) return xml;
      throw Object.assign(new Error(/<Message>([^<]*)</.exec(xml)?.[1] ?? xml.slice(0, 200)), {
        name: /<Code>([^<]*)</.exec(xml)?.[1] ?? 'Error',
        $metadata: { httpStatusCode: answer.status },
      });
    } catch (error) {
      throw error instanceof Failure ? error : awsFailure(error, `call EC2's ${action}`);
    }
  };
}
