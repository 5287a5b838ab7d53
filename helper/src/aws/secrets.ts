import { DescribeSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetParametersCommand } from '@aws-sdk/client-ssm';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import { awsErrorFacts, awsFailure } from './errors.ts';

/** True for a name that is an SSM parameter's (ECS takes it as it is, in the task's own region). */
export const isSsmParameter = (name: string): boolean => name.startsWith('/') || /^arn:[^:]+:ssm:/.test(name);

/**
 * The `valueFrom` of a task definition for a secret that a user named.
 * `/x` is an SSM parameter and an ARN is taken as it is; any other name is Secrets Manager's, whose ARN ECS needs
 * (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html).
 * @throws Failure `usage` where the secret does not exist, `aws` where it cannot be looked up
 */
export async function resolveSecret(world: Pick<World, 'aws' | 'signal'>, name: string): Promise<string> {
  if (isSsmParameter(name) || name.startsWith('arn:')) return name;
  try {
    const found = await world.aws.secretsManager.send(new DescribeSecretCommand({ SecretId: name }), {
      abortSignal: world.signal,
    });
    if (found.ARN) return found.ARN;
  } catch (error) {
    if (awsErrorFacts(error).code !== 'ResourceNotFoundException') {
      throw awsFailure(error, `look up the secret ${name} in Secrets Manager`);
    }
  }
  throw new Failure('usage', `there is no secret named ${name} in Secrets Manager (${world.aws.region})`, {
    hint: `create it: aws secretsmanager create-secret --name ${name} --secret-string file://value.txt; an SSM parameter's name starts with a slash`,
  });
}

/**
 * The value of a secret, so that it can be hidden; of one with a key (`arn:...:secret:name:key::`) the whole.
 * @returns undefined for one that has no text
 * @throws what the SDK throws, unworded
 */
export async function secretValue(
  { aws, signal }: Pick<World, 'aws' | 'signal'>,
  name: string,
): Promise<string | undefined> {
  const options = { abortSignal: signal };
  if (isSsmParameter(name)) {
    const command = new GetParametersCommand({ Names: [name], WithDecryption: true });
    return (await aws.ssm.send(command, options)).Parameters?.[0]?.Value;
  }
  const SecretId = name.startsWith('arn:') ? name.split(':').slice(0, 7).join(':') : name;
  return (await aws.secretsManager.send(new GetSecretValueCommand({ SecretId }), options)).SecretString;
}
