import { createHash } from 'node:crypto';
import type { ContainerDefinition, RegisterTaskDefinitionCommandInput, TaskDefinition } from '@aws-sdk/client-ecs';
import { toRegistrable } from '../ecs/registrable-definition.ts';
import { Failure } from '../failure.ts';
import { findContainer } from './builder-definition.ts';

/** What a build's task needs and RunTask's overrides cannot say, or have no room for. */
export interface DefinitionAdditions {
  /** Variables whose values ECS takes from secrets. */
  secrets: readonly { name: string; valueFrom: string }[];
  /** Plain variables, where the overrides have no room for them. */
  environment?: Readonly<Record<string, string>> | undefined;
  /** `linux/amd64` or `linux/arm64`. */
  platform: string;
}

const ARCHITECTURE: Readonly<Record<string, 'ARM64' | 'X86_64'>> = { 'linux/arm64': 'ARM64', 'linux/amd64': 'X86_64' };

/** JSON with sorted keys: AWS may return the keys of a definition in another order, and its hash must stay the same. */
function jsonWithSortedKeys(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner) || inner instanceof Date) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** True where the tasks of a definition run on this platform already. */
function runsOn(base: TaskDefinition, platform: string): boolean {
  const architecture = ARCHITECTURE[platform];
  return architecture === undefined || architecture === (base.runtimePlatform?.cpuArchitecture ?? 'X86_64');
}

/** True where the base and overrides are not enough, so that a derived definition is needed. */
export const needsDerivedDefinition = (
  base: TaskDefinition,
  { secrets, platform, environment = {} }: DefinitionAdditions,
): boolean => secrets.length > 0 || Object.keys(environment).length > 0 || !runsOn(base, platform);

/**
 * The task definition of a build that needs more than overrides can say: the base with secrets, variables and platform. Its
 * family's name has a hash of the content, so later builds find it and register nothing.
 * @returns undefined where the base itself is enough
 * @throws Failure `usage` where the base cannot have the additions
 */
export function deriveDefinition(
  base: TaskDefinition,
  container: string,
  additions: DefinitionAdditions,
): RegisterTaskDefinitionCommandInput | undefined {
  if (!needsDerivedDefinition(base, additions)) return undefined;
  const { secrets, platform } = additions;
  const input = toRegistrable(base);
  if (secrets.length > 0 && !input.executionRoleArn) {
    throw new Failure('usage', `the task definition ${input.family} has no execution role, so it cannot read secrets`, {
      hint: 'update the builder stack: its task definition has one',
    });
  }
  findContainer(base, container);
  const content: RegisterTaskDefinitionCommandInput = {
    ...input,
    ...(runsOn(base, platform)
      ? {}
      : {
          runtimePlatform: {
            operatingSystemFamily: 'LINUX',
            ...input.runtimePlatform,
            cpuArchitecture: ARCHITECTURE[platform],
          },
        }),
    containerDefinitions: input.containerDefinitions?.map((one) =>
      one.name === container ? withVariables(one, additions) : one,
    ),
  };
  const hash = createHash('sha256').update(jsonWithSortedKeys(content)).digest('hex').slice(0, 12);
  return { ...content, family: `${(input.family ?? '').slice(0, 242)}-${hash}` };
}

/** Adds variables to a container. ECS refuses a name twice, so an added one replaces the container's, and a secret a plain one. */
function withVariables(
  container: ContainerDefinition,
  { secrets, environment = {} }: DefinitionAdditions,
): ContainerDefinition {
  const secretNames = new Set(secrets.map(({ name }) => name));
  const plain = Object.entries(environment).filter(([name]) => !secretNames.has(name));
  const added = new Set([...secretNames, ...plain.map(([name]) => name)]);
  const withoutAdded = <T extends { name?: string | undefined }>(list: readonly T[] | undefined): T[] =>
    (list ?? []).filter(({ name }) => !added.has(name ?? ''));
  const sorted = [...secrets].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    ...container,
    environment: [...withoutAdded(container.environment), ...plain.map(([name, value]) => ({ name, value }))],
    secrets: [...withoutAdded(container.secrets), ...sorted.map(({ name, valueFrom }) => ({ name, valueFrom }))],
  };
}
