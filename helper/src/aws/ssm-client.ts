import { SSMClient } from '@aws-sdk/client-ssm';
import { type AwsOptions, clientConfig } from './client-config.ts';
import { withPromptAbort } from './prompt-abort.ts';

/** SSM's client alone: a run's first call is made to it, before the code of the others is loaded. */
export const createSsm = (options: AwsOptions): SSMClient => withPromptAbort(new SSMClient(clientConfig(options)));
