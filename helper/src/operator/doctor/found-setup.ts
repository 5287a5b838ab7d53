import type { SettingName } from '../../settings/catalogue.ts';
import type { Known, Ward } from './check-runner.ts';
import type { Connection, DoctorWorld } from './checks/doctor-world.ts';
import { type Found, words } from './checks/found-settings.ts';
import type { Identity } from './checks/identity.ts';
import type { DoctorParameters } from './doctor-parameters.ts';

/** What the checks of builds, services and account go by. */
export interface Patient {
  readonly ward: Ward;
  readonly world: DoctorWorld;
  readonly options: DoctorParameters;
  readonly prefix: string;
  readonly region: Known<Connection>;
  readonly identity: Known<Identity>;
  readonly settings: Known<Found>;
}

/** The value of a setting, as something that checks rest on; without the setting they are skipped. */
export const settingOf = ({ settings }: Patient, name: SettingName): Known<string> => ({
  name: settings.name,
  fact: settings.fact?.get(name)?.value,
});

/** The entries of a setting that is a list; absent where there are none. */
export function listOf(patient: Patient, name: SettingName): Known<readonly string[]> {
  const { name: check, fact } = settingOf(patient, name);
  const entries = words(fact ?? '');
  return { name: check, fact: entries.length > 0 ? entries : undefined };
}
