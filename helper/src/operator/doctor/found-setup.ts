import type { SettingName } from '../../settings/catalogue.ts';
import type { CheckedFact, CheckRunner } from './check-runner.ts';
import type { Connection, DoctorWorld } from './checks/doctor-world.ts';
import { type FoundSettings, listEntries } from './checks/found-settings.ts';
import type { CallerIdentity } from './checks/identity.ts';
import type { DoctorParameters } from './doctor-parameters.ts';

/** The setup as the first checks found it. The checks of builds, services and account go by it. */
export interface FoundSetup {
  readonly runner: CheckRunner;
  readonly world: DoctorWorld;
  readonly options: DoctorParameters;
  readonly prefix: string;
  readonly region: CheckedFact<Connection>;
  readonly identity: CheckedFact<CallerIdentity>;
  readonly settings: CheckedFact<FoundSettings>;
}

/** The value of a setting, as a fact that checks can need: without the setting they are skipped. */
export const settingFact = ({ settings }: FoundSetup, name: SettingName): CheckedFact<string> => ({
  name: settings.name,
  fact: settings.fact?.get(name)?.value,
});

/** The entries of a setting that is a list; without any entry the checks that need them are skipped. */
export function settingListFact(setup: FoundSetup, name: SettingName): CheckedFact<readonly string[]> {
  const { name: check, fact } = settingFact(setup, name);
  const entries = listEntries(fact ?? '');
  return { name: check, fact: entries.length > 0 ? entries : undefined };
}
