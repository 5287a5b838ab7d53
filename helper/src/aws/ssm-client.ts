import { SSMClient } from '@aws-sdk/client-ssm';
import { type AwsOptions, clientConfig } from './client-config.ts';
import { reliableClient } from './reliable-client.ts';

/** SSM's client, in a file of its own: a run calls SSM first, before the code of the other clients is loaded. */
export const createSsm = (options: AwsOptions): SSMClient => reliableClient(new SSMClient(clientConfig(options)));
