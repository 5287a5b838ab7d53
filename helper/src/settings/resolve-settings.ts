import { Failure } from '../failure.ts';
import { hasUnsetPart, unsetVariableComplaint } from '../text/unset-variables.ts';
import {
  environmentVariable,
  kebabCase,
  type SettingDeclaration,
  type SettingName,
  settingsCatalogue,
} from './catalogue.ts';

/** A setting's value, and in words where it came from: `environment FARGATE_CI_BUCKET`. */
export interface Setting {
  name: string;
  value: string;
  origin: string;
}

/** Where settings are looked up. */
export interface SettingSources {
  /** Parameters of this call that are settings too. */
  parameters: Readonly<Record<string, string | undefined>>;
  env: Readonly<Record<string, string | undefined>>;
  /** SSM parameters by their name below `/<prefix>/`. */
  ssm: ReadonlyMap<string, string>;
  prefix: string;
  /** Why SSM could not be read, where it could not. */
  ssmProblem?: string | undefined;
}

/** Finds one setting: parameter before environment before SSM before default. Undefined where it has no value. */
export function findSetting(name: SettingName, sources: SettingSources): Setting | undefined {
  const parameter = sources.parameters[name];
  if (parameter) return { name, value: parameter, origin: `parameter ${name}` };
  const fromEnv = sources.env[environmentVariable(name)];
  if (fromEnv) return { name, value: fromEnv, origin: `environment ${environmentVariable(name)}` };
  const fromSsm = sources.ssm.get(kebabCase(name));
  if (fromSsm) return { name, value: fromSsm, origin: `SSM /${sources.prefix}/${kebabCase(name)}` };
  return findDefault(name, sources);
}

const isName = (name: string): name is SettingName => Object.hasOwn(settingsCatalogue, name);

function findDefault(name: SettingName, sources: SettingSources): Setting | undefined {
  const declaration: SettingDeclaration = settingsCatalogue[name];
  if (declaration.default !== undefined) return { name, value: declaration.default, origin: 'default' };
  if (declaration.like !== undefined && isName(declaration.like)) {
    const other = findSetting(declaration.like, sources);
    return other && { name, value: other.value, origin: `as ${declaration.like}` };
  }
  if (declaration.template === undefined) return undefined;
  let isComplete = true;
  const value = declaration.template.replace(/\{(\w+)\}/g, (_, part: string) => {
    if (part === 'prefix') return sources.prefix;
    const other = isName(part) ? findSetting(part, sources) : undefined;
    if (other === undefined) isComplete = false;
    return other?.value ?? '';
  });
  return isComplete ? { name, value, origin: 'default' } : undefined;
}

/** The message for a setting without a value: its name, where it was looked up, and what it is for. */
export function missingSetting(name: SettingName, sources: SettingSources): string {
  const ssm = `SSM parameter /${sources.prefix}/${kebabCase(name)}${sources.ssmProblem ? ` (${sources.ssmProblem})` : ''}`;
  const asParameter = name in sources.parameters ? `parameter ${name}, ` : '';
  return `the setting ${name} is missing: looked for in ${asParameter}environment ${environmentVariable(name)}, ${ssm}. ${settingsCatalogue[name].help}`;
}

/**
 * Finds several settings; optional ones may have no value.
 * @throws Failure `usage` that names every missing setting, and every one whose value has an unset variable in it
 */
export function resolveSettings(
  names: readonly SettingName[],
  sources: SettingSources,
): ReadonlyMap<SettingName, Setting> {
  const found = new Map<SettingName, Setting>();
  const missing: string[] = [];
  const unset: string[] = [];
  for (const name of names) {
    const declaration: SettingDeclaration = settingsCatalogue[name];
    const setting = findSetting(name, sources);
    if (setting) found.set(name, setting);
    if (setting && name !== 'kanikoArgs' && hasUnsetPart(setting.value))
      unset.push(unsetVariableComplaint(`the setting ${name}, from ${setting.origin},`, setting.value));
    else if (!setting && !declaration.optional) missing.push(missingSetting(name, sources));
  }
  if (unset[0] !== undefined) {
    const hint = 'give what it comes from a value, or take it away';
    throw new Failure('usage', unset[0], { hint, evidence: [...unset.slice(1), ...missing] });
  }
  if (missing.length === 0) return found;
  const hint = `deploy infrastructure/builder.yaml with Prefix=${sources.prefix} in this region: it writes them all; or set the variables. Another prefix? Set FARGATE_CI_PREFIX`;
  const [only] = missing;
  if (missing.length === 1 && only) throw new Failure('usage', only, { hint });
  throw new Failure('usage', `${missing.length} settings are missing`, { hint, evidence: missing });
}
