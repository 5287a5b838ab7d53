import { Failure } from '../failure.ts';
import { type SettingName, serviceSettings } from './catalogue.ts';
import { findSetting, resolveSettings, type Setting, type SettingSources } from './resolve-settings.ts';

/** The settings of a build. */
export interface BuildSettings {
  prefix: string;
  cluster: string;
  bucket: string;
  /** A registry's host and path, without a slash at the end. */
  registry: string;
  cacheRegistry: string;
  createOnPush: boolean;
  builderFamily: string;
  subnets: readonly string[];
  securityGroups: readonly string[];
  publicIp: boolean;
  kanikoArgs: readonly string[];
}

/** The settings of a deployment. */
export interface DeploySettings {
  prefix: string;
  region: string;
  cluster: string;
  /** The registry of images that name none, as for a build; see registry/destinations.ts. Undefined where it is not set. */
  registry: string | undefined;
  appSubnets: readonly string[];
  appSecurityGroups: readonly string[];
  appPublicIp: boolean;
  appExecutionRole: string | undefined;
  appTaskRole: string | undefined;
  appLogGroup: string | undefined;
  /** What the service's own stack wrote for it. */
  perService: {
    targetGroup: string | undefined;
    securityGroups: readonly string[] | undefined;
    taskRole: string | undefined;
    logGroup: string | undefined;
  };
}

/** The settings as values, and each with its origin for `--dry-run` and `--verbose`. */
interface ResolvedSettings<Settings> {
  settings: Settings;
  shown: readonly Setting[];
}

const words = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

function switchValue(setting: Setting, on: string, off: string): boolean {
  if (setting.value === on) return true;
  if (setting.value === off) return false;
  throw new Failure('usage', `the setting ${setting.name} must be ${on} or ${off}, not "${setting.value}"`, {
    hint: `it comes from: ${setting.origin}`,
  });
}

const BUILD: readonly SettingName[] = [
  'cluster',
  'bucket',
  'registry',
  'cacheRegistry',
  'createOnPush',
  'builderFamily',
  'subnets',
  'builderSecurityGroups',
  'publicIp',
  'kanikoArgs',
];

/** @throws Failure `usage` that names every missing or bad setting */
export function buildSettings(sources: SettingSources): ResolvedSettings<BuildSettings> {
  const found = resolveSettings(BUILD, sources);
  const value = (name: SettingName): string => found.get(name)?.value ?? '';
  const flag = (name: SettingName, on: string, off: string): boolean => {
    const setting = found.get(name);
    return setting !== undefined && switchValue(setting, on, off);
  };
  return {
    settings: {
      prefix: sources.prefix,
      cluster: value('cluster'),
      bucket: value('bucket'),
      registry: value('registry').replace(/\/+$/, ''),
      cacheRegistry: value('cacheRegistry').replace(/\/+$/, ''),
      createOnPush: flag('createOnPush', 'true', 'false'),
      builderFamily: value('builderFamily'),
      subnets: words(value('subnets')),
      securityGroups: words(value('builderSecurityGroups')),
      publicIp: flag('publicIp', 'ENABLED', 'DISABLED'),
      kanikoArgs: value('kanikoArgs').split(/\s+/).filter(Boolean),
    },
    shown: [...found.values()],
  };
}

const DEPLOY: readonly SettingName[] = [
  'cluster',
  'appSubnets',
  'appSecurityGroups',
  'appPublicIp',
  'appExecutionRole',
  'appTaskRole',
  'appLogGroup',
];

/** @throws Failure `usage` that names every missing or bad setting */
export function deploySettings(
  sources: SettingSources,
  region: string,
  service: string,
): ResolvedSettings<DeploySettings> {
  const found = resolveSettings(DEPLOY, sources);
  const own = (name: (typeof serviceSettings)[number]): string | undefined =>
    sources.ssm.get(`services/${service}/${name}`);
  const groups = own('security-groups');
  const publicIp = found.get('appPublicIp');
  // Only an image that names no registry needs it.
  const registry = findSetting('registry', sources);
  const perServiceShown = serviceSettings.flatMap((name): Setting[] => {
    const value = own(name);
    return value === undefined ? [] : [{ name, value, origin: `SSM /${sources.prefix}/services/${service}/${name}` }];
  });
  return {
    settings: {
      prefix: sources.prefix,
      region,
      cluster: found.get('cluster')?.value ?? '',
      registry: registry?.value.replace(/\/+$/, ''),
      appSubnets: words(found.get('appSubnets')?.value ?? ''),
      appSecurityGroups: words(found.get('appSecurityGroups')?.value ?? ''),
      appPublicIp: publicIp !== undefined && switchValue(publicIp, 'ENABLED', 'DISABLED'),
      appExecutionRole: found.get('appExecutionRole')?.value,
      appTaskRole: found.get('appTaskRole')?.value,
      appLogGroup: found.get('appLogGroup')?.value,
      perService: {
        targetGroup: own('target-group'),
        securityGroups: groups === undefined ? undefined : words(groups),
        taskRole: own('task-role'),
        logGroup: own('log-group'),
      },
    },
    shown: [...found.values(), ...(registry ? [registry] : []), ...perServiceShown],
  };
}
