import { DescribeSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetParametersCommand } from '@aws-sdk/client-ssm';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import { awsErrorFacts, awsFailure } from './errors.ts';

/** True for the name of an SSM parameter. ECS accepts it as it is, in the task's own region. */
export const isSsmParameter = (name: string): boolean => name.startsWith('/') || /^arn:[^:]+:ssm:/.test(name);

/**
 * Finds the `valueFrom` of a task definition for the secret that a user named.
 * `/x` is an SSM parameter, and an ARN is taken as it is. Any other name belongs to Secrets Manager, and ECS needs its ARN
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
 * Tells the mask the values of secrets, because the task that receives them may print them.
 * @param names as in parameters and task definitions; where one names a key (`arn:...:secret:name:key::`) the whole secret
 *   is hidden
 * @returns the names whose value may not be read, with the error's code: `shop/database (AccessDeniedException)`
 */
export async function learnSecretValues(
  world: Pick<World, 'aws' | 'mask' | 'signal'>,
  names: readonly string[],
): Promise<string[]> {
  const refused: string[] = [];
  for (const name of new Set(names)) {
    try {
      world.mask.learn((await secretValue(world, name)) ?? '');
    } catch (error) {
      world.signal.throwIfAborted();
      refused.push(`${name} (${awsErrorFacts(error).code})`);
    }
  }
  return refused;
}

async function secretValue({ aws, signal }: Pick<World, 'aws' | 'signal'>, name: string): Promise<string | undefined> {
  const options = { abortSignal: signal };
  if (isSsmParameter(name)) {
    // GetParameters wants the name where ECS accepts an ARN, too.
    const command = new GetParametersCommand({ Names: [name.replace(/^arn:.*?:parameter/, '')], WithDecryption: true });
    return (await aws.ssm.send(command, options)).Parameters?.[0]?.Value;
  }
  const SecretId = name.startsWith('arn:') ? name.split(':').slice(0, 7).join(':') : name;
  return (await aws.secretsManager.send(new GetSecretValueCommand({ SecretId }), options)).SecretString;
}
