import { awsErrorFacts } from '../aws/errors.ts';
import { secretValue } from '../aws/secrets.ts';
import { secretsWithin } from '../report/secrets.ts';
import type { World } from '../world.ts';

/**
 * Learns the values of a build's secrets, and nothing but hides them: a RUN may print what it was given. What may not be
 * read is told once; the build goes on.
 * @param names as in the parameters secrets and registryCredentials
 */
export async function hideSecrets(world: World, names: readonly string[]): Promise<void> {
  const refused: string[] = [];
  for (const name of new Set(names)) {
    try {
      const value = (await secretValue(world, name)) ?? '';
      world.mask.add([value, ...secretsWithin(value)]);
    } catch (error) {
      world.signal.throwIfAborted();
      refused.push(`${name} (${awsErrorFacts(error).code})`);
    }
  }
  if (refused.length === 0) return;
  world.report({
    type: 'warning',
    text: `what a RUN prints of these is not hidden, for their values may not be read: ${refused.join(', ')}. The builder stack's caller policy allows it below PREFIX/build/`,
  });
}
