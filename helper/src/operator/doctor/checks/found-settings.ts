import { awsFailure } from '../../../aws/errors.ts';
import { type SettingDeclaration, type SettingName, settingsCatalogue } from '../../../settings/catalogue.ts';
import { findSetting, missingSetting, type Setting, type SettingSources } from '../../../settings/resolve-settings.ts';
import { readStoredSettings } from '../../../settings/stored-settings.ts';
import type { CheckResult } from './check-result.ts';
import type { Connection, DoctorWorld } from './doctor-world.ts';

/** The settings that were found, each with its origin. A setting with a bad value is left out. */
export type FoundSettings = ReadonlyMap<SettingName, Setting>;

/** Optional settings without which each new service must name its own. */
const DEFAULTS_OF_NEW_SERVICES: readonly SettingName[] = ['appSecurityGroups', 'appExecutionRole', 'appLogGroup'];
/** Without any of these settings there is no builder. */
const SET_BY_BUILDER: readonly SettingName[] = ['cluster', 'bucket', 'registry', 'subnets'];
const ALLOWED: Partial<Record<SettingName, readonly string[]>> = {
  publicIp: ['ENABLED', 'DISABLED'],
  appPublicIp: ['ENABLED', 'DISABLED'],
  createOnPush: ['true', 'false'],
};
/** The most entries that RunTask and CreateService take. */
const MOST_ENTRIES: Partial<Record<SettingName, number>> = {
  subnets: 16,
  appSubnets: 16,
  builderSecurityGroups: 5,
  appSecurityGroups: 5,
};

/** The entries of a setting that is a list. Commas or spaces separate them. */
export const listEntries = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

/** Reads all settings as the steps do. */
export async function readSettings(
  { aws }: Connection,
  { env, signal }: DoctorWorld,
  { prefix, cluster }: { prefix: string; cluster: string | undefined },
): Promise<SettingSources | { error: unknown }> {
  try {
    const stored = await readStoredSettings({ aws, signal }, prefix);
    return { prefix, parameters: { cluster }, env, ssm: stored.values, ssmProblem: stored.problem };
  } catch (error) {
    signal.throwIfAborted();
    return { error };
  }
}

/** Checks which settings there are, which are missing, and which have a bad value. Pure. */
export function checkSettings(sources: SettingSources | { error: unknown }): CheckResult<FoundSettings> {
  if ('error' in sources) {
    const { message, hint, evidence } = awsFailure(sources.error, 'read the settings in SSM');
    return { state: 'problem', finding: message, hint, details: evidence };
  }
  const fact = new Map<SettingName, Setting>();
  const missing: string[] = [];
  const bad: string[] = [];
  for (const name of settingNames()) {
    const setting = findSetting(name, sources);
    const declaration: SettingDeclaration = settingsCatalogue[name];
    if (setting === undefined) {
      if (!declaration.optional) missing.push(missingSetting(name, sources));
      continue;
    }
    const complaint = settingComplaint(name, setting);
    if (complaint === undefined) fact.set(name, setting);
    else bad.push(complaint);
  }
  if (missing.length + bad.length > 0) return incompleteSettings(sources, fact, missing, bad);
  return completeSettings(sources, fact);
}

function settingComplaint(name: SettingName, { value, origin }: Setting): string | undefined {
  const allowed = ALLOWED[name];
  if (allowed && !allowed.includes(value)) {
    return `${name} must be ${allowed.join(' or ')}, not "${value}" (${origin})`;
  }
  const most = MOST_ENTRIES[name];
  const count = listEntries(value).length;
  if (most !== undefined && count > most) return `${name} has ${count} entries; ECS takes at most ${most} (${origin})`;
  return undefined;
}

function incompleteSettings(
  sources: SettingSources,
  fact: FoundSettings,
  missing: string[],
  bad: string[],
): CheckResult<FoundSettings> {
  const parts = [
    ...(missing.length > 0 ? [`${missing.length} ${missing.length === 1 ? 'is' : 'are'} missing`] : []),
    ...(bad.length > 0 ? [`${bad.length} cannot be`] : []),
  ];
  const { prefix, ssmProblem } = sources;
  const hint = ssmProblem
    ? `allow ssm:GetParametersByPath on parameter/${prefix} (the caller policy of the builder stack does), or set the variables`
    : `is the builder stack there, in this account and region, with Prefix=${prefix}? It writes them all: fargate-ci infra status shows it, fargate-ci infra up makes it (docs/infra.md). Another prefix? Set FARGATE_CI_PREFIX`;
  return {
    state: 'problem',
    category: ssmProblem ? 'aws' : 'usage',
    finding: `${parts.join(', ')} (prefix ${prefix})`,
    hint: missing.length > 0 ? hint : 'mend them where they come from',
    details: [...bad, ...missing],
    // Where nothing was set up, settings with a default are no reason to check more.
    fact: SET_BY_BUILDER.some((name) => fact.has(name)) ? fact : undefined,
  };
}

function completeSettings({ prefix, ssmProblem }: SettingSources, fact: FoundSettings): CheckResult<FoundSettings> {
  const finding = `all that are needed are there (prefix ${prefix})`;
  if (ssmProblem) return { state: 'warning', finding: `${finding}, but none from SSM: ${ssmProblem}`, fact };
  const unset = DEFAULTS_OF_NEW_SERVICES.filter((name) => !fact.has(name));
  if (unset.length === 0) return { state: 'ok', finding, fact };
  return {
    state: 'warning',
    category: 'usage',
    finding: `${finding}; without ${unset.join(', ')} each new service must name its own`,
    hint: 'update the builder stack, which writes them, or set the variables (docs/settings.md)',
    fact,
  };
}

/** Names of all settings, in the catalogue's order. */
const settingNames = (): SettingName[] =>
  Object.keys(settingsCatalogue).filter((name): name is SettingName => Object.hasOwn(settingsCatalogue, name));
