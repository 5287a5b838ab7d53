import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { AwsCredentialIdentityProvider } from '@smithy/types';
import { createHttpHandler } from './http-handler.ts';

// In a file of its own, so that STS' client is loaded only where a role is to be assumed.

const SESSION_SECONDS = 3_600;

/** The role to assume, by whom, and where STS is. */
interface RoleToAssume {
  /** ARN. */
  role: string;
  /** What CloudTrail shows of the session; at most 64 characters. */
  sessionName: string;
  /** The credentials that may assume it. */
  credentials: AwsCredentialIdentityProvider;
  region: string;
  /** A stand-in's address; AWS' own where left out. */
  endpoint?: string | undefined;
}

/** Credentials of a role, for an hour each time they are asked for. */
export const assumedRole = ({ role, sessionName, credentials, region, endpoint }: RoleToAssume) =>
  fromTemporaryCredentials({
    masterCredentials: credentials,
    params: { RoleArn: role, RoleSessionName: sessionName, DurationSeconds: SESSION_SECONDS },
    clientConfig: { region, requestHandler: createHttpHandler(), ...(endpoint ? { endpoint } : {}) },
  });
