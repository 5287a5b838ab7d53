import { SSMClient } from '@aws-sdk/client-ssm';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';

// What the machine itself knows of AWS, loaded when it is asked for.

/** The default chain: environment, profile, container, instance. */
export const chain = fromNodeProviderChain();

/** The region of the AWS profile; undefined where there is none. */
export async function profileRegion(): Promise<string | undefined> {
  try {
    return await new SSMClient({}).config.region();
  } catch {
    return undefined;
  }
}
