import { hideSecrets, resolveSecret } from '../../aws/secret-references.ts';
import { secretVariable } from '../../kaniko/executor-arguments.ts';
import { flagsToSet } from '../../kaniko/feature-flags.ts';
import { credentialSecrets, type SecretVariable } from '../../kaniko/registry-credentials.ts';
import {
  ensureBuilderDefinition,
  findContainer,
  type LogDestination,
  logDestination,
  needsDerivedDefinition,
  readBuilderDefinition,
} from '../../task/builder-definition.ts';
import type { World } from '../../world.ts';
import { CONTAINER, type PreparedBuild } from './prepare-build.ts';

/** What a build's task runs by. */
export interface BuilderTask {
  /** Of the task definition. */
  arn: string;
  /** kaniko's image, as the task definition names it. */
  image: string;
  /** Where its log goes. */
  logs: LogDestination;
  /** What the overrides add to the task's variables. */
  environment: Readonly<Record<string, string>>;
}

/**
 * The task definition to run. What overrides cannot carry makes a derived one: secrets, another platform, and kaniko's flags
 * where they find no room, or are secrets in it. A derived one has all the flags.
 * @throws Failure `usage` for a definition or a secret that will not do, `aws` where AWS refuses or fails
 */
export async function ensureBuilder(world: World, prepared: PreparedBuild): Promise<BuilderTask> {
  const { params, settings } = prepared;
  const base = await readBuilderDefinition(world, settings.builderFamily);
  const kaniko = findContainer(base, CONTAINER);
  const flags = flagsToSet(kaniko);
  const additions = { secrets: await secretsOf(world, prepared), platform: params.platform };
  const derived = needsDerivedDefinition(base, additions) || flags.areSecrets || !prepared.hasRoomFor(flags.variables);
  const arn = await ensureBuilderDefinition(world, base, CONTAINER, {
    ...additions,
    environment: derived ? flags.variables : {},
  });
  return {
    arn,
    image: kaniko.image ?? '',
    logs: logDestination(base, CONTAINER),
    environment: derived ? {} : flags.variables,
  };
}

/** The build's secrets and credentials as variables of the task; their values will be hidden. */
async function secretsOf(world: World, { params }: PreparedBuild): Promise<SecretVariable[]> {
  const secrets: SecretVariable[] = [];
  for (const [id, name] of Object.entries(params.secrets)) {
    secrets.push({ name: secretVariable(id), valueFrom: await resolveSecret(world, name) });
  }
  for (const [host, name] of Object.entries(params.registryCredentials)) {
    secrets.push(...credentialSecrets({ [host]: await resolveSecret(world, name) }));
  }
  const unread = await hideSecrets(world, [
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
