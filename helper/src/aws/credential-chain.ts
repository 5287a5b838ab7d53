import { SSMClient } from '@aws-sdk/client-ssm';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { createHttpHandler } from './http-handler.ts';

// In a file of its own, so that the code of the credential providers is loaded only where a run needs it.

/** The SDK's default chain: environment, profile, container, instance. */
export const defaultCredentials = fromNodeProviderChain({ clientConfig: { requestHandler: createHttpHandler() } });

/** The region of the AWS profile; undefined where there is none. */
export async function profileRegion(): Promise<string | undefined> {
  try {
    return await new SSMClient({}).config.region();
  } catch {
    return undefined;
  }
}
