import { hasUnsetPart, UNSET_WORD, unsetVariableComplaint } from '../text/unset-variables.ts';

/** Parameters that hold names of secrets, of registries and of things in AWS. */
interface NamedResources {
  secrets: Readonly<Record<string, string>> | undefined;
  registryCredentials: Readonly<Record<string, string>> | undefined;
  subnets?: readonly string[] | undefined;
  securityGroups?: readonly string[] | undefined;
}

/** One complaint for each of these names that has the word null as a part: a Groovy variable was not set. */
export function unsetNameComplaints({ secrets = {}, registryCredentials = {}, ...lists }: NamedResources): string[] {
  const hosts = Object.keys(registryCredentials).filter((host) => host.split('.').includes(UNSET_WORD));
  const named = [
    ...Object.entries(secrets).map(([id, name]) => [`secrets.${id}`, name] as const),
    ...Object.entries(registryCredentials).map(([host, name]) => [`registryCredentials.${host}`, name] as const),
    ...Object.entries(lists).flatMap(([parameter, names = []]) =>
      names.map((name, at) => [`${parameter}[${at}]`, name] as const),
    ),
  ];
  return [
    ...hosts.map((host) => unsetVariableComplaint('registryCredentials: the host', host)),
    ...named.flatMap(([what, name]) => (hasUnsetPart(name) ? [unsetVariableComplaint(what, name)] : [])),
  ];
}
