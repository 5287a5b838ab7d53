import { showName } from '../../context/list/byte-names.ts';
import { valuesToHide } from '../../secrets/found-secret.ts';
import { secretsInDockerfile } from '../../secrets/in-dockerfile.ts';
import { recognise } from '../../secrets/recognise-secrets.ts';
import { exposedByDockerfile, exposedByRemote } from '../../secrets/warnings.ts';
import type { World } from '../../world.ts';
import type { StudiedDockerfile } from './study-dockerfile.ts';

type OutputWorld = Pick<World, 'mask' | 'report'>;

/** From now on hides the secrets that stand in the Dockerfile, and warns about them. */
export function hideDockerfileSecrets(
  { mask, report }: OutputWorld,
  file: string,
  { stages }: StudiedDockerfile,
): void {
  const secrets = secretsInDockerfile(stages.flatMap(({ steps }) => steps));
  mask.add(secrets.flatMap(({ found }) => valuesToHide(found)));
  if (secrets.length > 0) report({ type: 'warning', text: exposedByDockerfile(showName(file), secrets) });
}

/** From now on hides the secrets in the address of the workspace's remote repository, and warns about them. */
export function hideRemoteSecrets({ mask, report }: OutputWorld, address: string): void {
  const found = recognise(address);
  mask.add(valuesToHide(found));
  if (found.length > 0) report({ type: 'warning', text: exposedByRemote(found) });
}
