import { SSMClient } from '@aws-sdk/client-ssm';
import { abortable } from './abort-pauses.ts';
import { type AwsOptions, clientConfig } from './client-config.ts';

/** SSM's client alone: a run's first call is made to it, before the code of the others is loaded. */
export const createSsm = (options: AwsOptions): SSMClient => abortable(new SSMClient(clientConfig(options)));
