import { showName } from '../../context/list/byte-names.ts';
import { valuesToHide } from '../../secrets/found-secret.ts';
import { secretsInDockerfile } from '../../secrets/in-dockerfile.ts';
import { recognise } from '../../secrets/recognise-secrets.ts';
import { exposedByDockerfile, exposedByRemote } from '../../secrets/warnings.ts';
import type { World } from '../../world.ts';
import type { StudiedDockerfile } from './study-dockerfile.ts';

type Teller = Pick<World, 'mask' | 'report'>;

/** What is secret in the Dockerfile itself is hidden from now on, and warned of. */
export function hideDockerfileSecrets({ mask, report }: Teller, file: string, { stages }: StudiedDockerfile): void {
  const secrets = secretsInDockerfile(stages.flatMap(({ steps }) => steps));
  mask.add(secrets.flatMap(({ found }) => valuesToHide(found)));
  if (secrets.length > 0) report({ type: 'warning', text: exposedByDockerfile(showName(file), secrets) });
}

/** What is secret in the address that the workspace came from is hidden from now on, and warned of. */
export function hideRemoteSecrets({ mask, report }: Teller, address: string): void {
  const found = recognise(address);
  mask.add(valuesToHide(found));
  if (found.length > 0) report({ type: 'warning', text: exposedByRemote(found) });
}
