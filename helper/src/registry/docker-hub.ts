/** Docker Hub has several host names; kaniko prints this one. */
const HUB = 'index.docker.io';
const HUBS = new Set(['docker.io', 'registry-1.docker.io', HUB]);

/** True for each of Docker Hub's host names. */
export const isDockerHub = (host: string): boolean => HUBS.has(host);

/** An image's repository as kaniko prints it in `Pushed`: with its host, with Docker Hub's `library/`, without tag or digest. */
export function canonicalRepository(name: string): string {
  const [path = ''] = name.split('@');
  const slash = path.indexOf('/');
  const first = slash < 0 ? '' : path.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === 'localhost';
  const host = isHost ? first : HUB;
  const rest = (isHost ? path.slice(slash + 1) : path).replace(/:[^/:]*$/, '');
  if (!isDockerHub(host)) return `${host}/${rest}`;
  return `${HUB}/${rest.includes('/') ? rest : `library/${rest}`}`;
}

/** A destination in one fixed spelling: its canonical repository and its tag, `latest` where it has none. */
export function canonicalDestination(name: string): string {
  const tag = /:([^/:@]*)$/.exec(name)?.[1] ?? 'latest';
  return `${canonicalRepository(name)}:${tag}`;
}
