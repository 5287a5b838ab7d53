import { learnSecretValues, resolveSecret } from '../../aws/stored-secrets.ts';
import { secretVariable } from '../../kaniko/executor-arguments.ts';
import { flagsToSet } from '../../kaniko/feature-flags.ts';
import { credentialSecrets, type SecretVariable } from '../../kaniko/registry-credentials.ts';
import {
  BUILDER_CONTAINER,
  findContainer,
  type LogDestination,
  logDestination,
  readBuilderDefinition,
} from '../../task/builder-definition.ts';
import { needsDerivedDefinition } from '../../task/derive-definition.ts';
import { ensureBuilderDefinition } from '../../task/ensure-definition.ts';
import type { World } from '../../world.ts';
import type { PreparedBuild } from './prepare-build.ts';

/** What a build's task runs on. */
interface BuilderTask {
  /** The ARN of the task definition. */
  arn: string;
  /** kaniko's image in the task definition. */
  image: string;
  /** Where it writes its log. */
  logs: LogDestination;
  /** The variables that the overrides must add. */
  environment: Readonly<Record<string, string>>;
}

/**
 * Makes sure that there is a task definition for this build. A derived one is registered for what overrides cannot say: secrets,
 * another platform, and kaniko's feature flags where they have no room in the overrides, or are secrets in the definition. A
 * derived definition has all the flags.
 * @throws Failure `usage` for a definition or a secret that will not do, `aws` where AWS refuses or fails
 */
export async function ensureBuilder(world: World, prepared: PreparedBuild): Promise<BuilderTask> {
  const { params, settings } = prepared;
  const base = await readBuilderDefinition(world, settings.builderFamily);
  const kaniko = findContainer(base, BUILDER_CONTAINER);
  const flags = flagsToSet(kaniko);
  const additions = { secrets: await secretsOf(world, prepared), platform: params.platform };
  const isDerived =
    needsDerivedDefinition(base, additions) || flags.areSecrets || !prepared.hasRoomFor(flags.variables);
  const arn = await ensureBuilderDefinition(world, base, BUILDER_CONTAINER, {
    ...additions,
    environment: isDerived ? flags.variables : {},
  });
  return {
    arn,
    image: kaniko.image ?? '',
    logs: logDestination(base, BUILDER_CONTAINER),
    environment: isDerived ? {} : flags.variables,
  };
}

/** The build's secrets and credentials as variables of the task. From now on their values are hidden in all output. */
async function secretsOf(world: World, { params }: PreparedBuild): Promise<SecretVariable[]> {
  const secrets: SecretVariable[] = [];
  for (const [id, name] of Object.entries(params.secrets)) {
    secrets.push({ name: secretVariable(id), valueFrom: await resolveSecret(world, name) });
  }
  for (const [host, name] of Object.entries(params.registryCredentials)) {
    secrets.push(...credentialSecrets({ [host]: await resolveSecret(world, name) }));
  }
  const unread = await learnSecretValues(world, [
    ...Object.values(params.secrets),
    ...Object.values(params.registryCredentials),
  ]);
  if (unread.length > 0) {
    world.report({
      type: 'warning',
      text: `what a RUN prints of these is not hidden, for their values may not be read: ${unread.join(', ')}. The builder stack's caller policy allows it below PREFIX/build/`,
    });
  }
  return secrets;
}
