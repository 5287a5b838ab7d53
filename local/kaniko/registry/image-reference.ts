/** Where an image is: a registry, a repository in it, and a tag or digest. */
export interface ImageReference {
  /** `host` or `host:port`. */
  readonly registry: string;
  readonly repository: string;
  /** A tag, or a digest with its `sha256:`. */
  readonly tag: string;
}

/** By Docker's rule: the part before the first slash is a registry if it has a dot or a colon, or is `localhost`. */
export function parseReference(image: string): ImageReference {
  const [name = '', digest] = image.split('@');
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const hosted = first === 'localhost' || /[.:]/.test(first);
  const rest = hosted ? name.slice(slash + 1) : name;
  const [, path = rest, tag] = /^(.*?)(?::([\w.-]+))?$/.exec(rest) ?? [];
  const hub = !hosted || /^(index\.|registry-1\.)?docker\.io$/.test(first);
  return {
    registry: hub ? 'index.docker.io' : first,
    repository: hub && !path.includes('/') ? `library/${path}` : path,
    tag: digest ?? tag ?? 'latest',
  };
}

export function nameOf({ registry, repository, tag }: ImageReference): string {
  return `${registry}/${repository}${tag.startsWith('sha256:') ? '@' : ':'}${tag}`;
}
