import { posix } from 'node:path';
import type { Listing } from '../entries.ts';
import { showName } from './byte-names.ts';
import { GRADLE_CREDENTIAL, holdsJsonCredential, holdsNugetCredential } from './credential-contents.ts';
import { openFile, withFolders } from './unchanged-files.ts';

/**
 * A kind of file that may hold credentials, recognised by its path. `proof` must be found in it if the path alone proves
 * nothing.
 */
interface CredentialKind {
  path: RegExp;
  proof?: RegExp | ((text: string) => boolean);
}

const CREDENTIAL_KINDS: readonly CredentialKind[] = [
  // direnv reads .envrc: it sets what a shell in this folder exports.
  { path: /(?:^|\/)\.env(?:rc)?(?:\.[\w.-]+)?$/ },
  { path: /(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/ },
  { path: /\.(?:pem|key|p8|ppk|asc)$/i, proof: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY|PuTTY-User-Key-File/ },
  { path: /\.(?:p12|pfx|jks|keystore)$/i },
  // A reference to a variable in place of the token is fine.
  { path: /(?:^|\/)\.npmrc$/, proof: /(?:_authToken|_auth|_password)\s*=\s*["']?[^\s"'$]/ },
  { path: /(?:^|\/)\.yarnrc\.yml$/, proof: /npmAuth(?:Token|Ident):\s*["']?[^\s"'$]/ },
  { path: /(?:^|\/)(?:\.pypirc|pip\.conf|\.condarc)$/, proof: /password\s*[=:]\s*\S|:\/\/[^\s/:@$]*:[^\s/@$]+@/ },
  { path: /(?:^|\/)(?:\.netrc|_netrc)$/ },
  { path: /(?:^|\/)(?:\.git-credentials|\.pgpass|\.my\.cnf|\.vault-token|\.dockercfg|\.htpasswd)$/ },
  { path: /(?:^|\/)\.git\/config$/, proof: /:\/\/[^\s/:@]*:[^\s/@]+@|extraheader\s*=\s*authorization/i },
  { path: /(?:^|\/)\.aws\/(?:credentials|config)$/, proof: /aws_secret_access_key|aws_session_token/i },
  { path: /(?:^|\/)\.docker\/config\.json$/, proof: /"(?:auth|identitytoken|password)"\s*:\s*"[^"]/ },
  {
    path: /(?:^|\/)(?:\.kube\/config|kubeconfig(?:\.ya?ml)?|[\w.-]+\.kubeconfig)$/,
    proof: /client-key-data|\btoken:|password:/,
  },
  { path: /\.tfvars(?:\.json)?$/, proof: /(?:password|secret|token|key)\w*"?\s*[=:]/i },
  { path: /\.tfstate(?:\.backup)?$/ },
  { path: /(?:^|\/)(?:\.m2\/)?settings(?:-security)?\.xml$/, proof: /<(?:password|passphrase|master)>[^<$]/ },
  // auth.json belongs to Composer and to container tools such as Podman.
  { path: /(?:^|\/)(?:auth|credentials)\.json$/i, proof: holdsJsonCredential },
  { path: /(?:^|\/)gradle\.properties$/, proof: GRADLE_CREDENTIAL },
  { path: /(?:^|\/)nuget\.config$/i, proof: holdsNugetCredential },
  {
    path: /(?:credential|service[-_]?account|client[-_]secret|gcloud|firebase)[\w.-]*\.json$/i,
    proof: /"(?:private_key|client_secret)"\s*:\s*"[^"]/,
  },
];

/** Templates such as `.env.example` hold names only. */
const EXAMPLE = /[._-](?:example|sample|template|tmpl|dist|defaults?|schema)(?:\.\w+)?$/i;
/** Published packages and test data often contain keys that are made for tests. */
const PUBLISHED = /(?:^|\/)(?:node_modules|bower_components|site-packages|vendor|testdata|fixtures)\//;
/** Only this many files are opened, so that the check stays quick. */
const MOST_READ = 50;
/** Only this many bytes of a file are read. */
const START_BYTES = 16 * 1024;
/** The warning lists only this many names. */
const MOST_NAMES = 5;

/** All kinds in one expression: almost no path matches, and one test is faster than twenty. */
const ANY_KIND = new RegExp(CREDENTIAL_KINDS.map(({ path }) => path.source).join('|'), 'i');

/** The kind of credential file that a path looks like; undefined for most paths. */
function credentialKindOf(path: string): CredentialKind | undefined {
  if (!ANY_KIND.test(path) || EXAMPLE.test(path) || PUBLISHED.test(path)) return undefined;
  return CREDENTIAL_KINDS.find((kind) => kind.path.test(path));
}

/**
 * The text of the warning that the context holds credentials; undefined if it holds none.
 * @param read returns the beginning of a file of the context, as text
 */
export function credentialWarning(
  { entries }: Pick<Listing, 'entries'>,
  read: (path: string) => string,
): string | undefined {
  const names: string[] = [];
  let opened = 0;
  for (const { kind, path } of entries) {
    const suspect = kind === 'file' || kind === 'hardlink' ? credentialKindOf(path) : undefined;
    if (suspect === undefined) continue;
    if (suspect.proof !== undefined) {
      opened += 1;
      if (opened > MOST_READ || !hasProof(suspect.proof, read(path))) continue;
    }
    names.push(path);
  }
  const [first] = names;
  if (first === undefined) return undefined;
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  const shown = names.slice(0, MOST_NAMES).map((name) => showName(name));
  return `the context holds what look like credentials: ${shown.join(', ')}${more}. They are sent, and COPY may put them into the image: name them in .dockerignore (${pattern(first)}), and pass what a RUN needs of them by the parameter secrets`;
}

const hasProof = (proof: NonNullable<CredentialKind['proof']>, text: string): boolean =>
  typeof proof === 'function' ? proof(text) : proof.test(text);

/** A line for .dockerignore that matches the file. */
const pattern = (path: string): string => (path.includes('/') ? `**/${posix.basename(path)}` : showName(path));

/**
 * Reads the beginning of a file. Zero bytes are dropped, so that text in UTF-16 (written by editors on Windows) can be
 * searched, too. Returns an empty text for a file that cannot be read: sending it will report the reason.
 */
export function readFileStart(root: string, path: string): string {
  try {
    return withFolders(root, (folders) => {
      const file = openFile(folders, path);
      try {
        const start = Buffer.alloc(Math.min(START_BYTES, file.size));
        const length = start.length === 0 ? 0 : file.read(start, 0, start.length);
        return start.subarray(0, length).toString('latin1').replaceAll('\0', '');
      } finally {
        file.close();
      }
    });
  } catch {
    return '';
  }
}
