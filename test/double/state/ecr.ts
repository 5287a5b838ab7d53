import { createHash } from 'node:crypto';
import { AwsError } from '../errors.ts';
import type { JsonObject } from '../json-values.ts';
import type { Place } from './place.ts';

export interface Image {
  digest: string;
  tags: string[];
  pushedAt: number;
}

export interface Repository {
  name: string;
  createdAt: number;
  images: Image[];
}

/** ECR: repositories of images. */
export class Ecr {
  readonly repositories = new Map<string, Repository>();
  /** The setting of the whole registry, as a new account has it. */
  scanning: JsonObject = { scanType: 'BASIC', rules: [] };

  constructor(private readonly place: Place) {}

  /** Makes a repository. Throws RepositoryAlreadyExistsException. */
  create(name: string): Repository {
    if (this.repositories.has(name)) {
      const where = `with name '${name}' already exists in the registry with id '${this.place.account}'`;
      throw new AwsError('RepositoryAlreadyExistsException', `The repository ${where}`);
    }
    const repository: Repository = { name, createdAt: this.place.clock.now(), images: [] };
    this.repositories.set(name, repository);
    return repository;
  }

  /** Throws RepositoryNotFoundException. */
  repository(name: string): Repository {
    const repository = this.repositories.get(name);
    if (repository) return repository;
    const where = `with name '${name}' does not exist in the registry with id '${this.place.account}'`;
    throw new AwsError('RepositoryNotFoundException', `The repository ${where}`);
  }

  /**
   * What a push leaves behind: the image under its tag, which moves away from an older image. Makes the repository where
   * it is missing. Returns the digest, invented from name and tag where none is given.
   */
  push(name: string, tag: string, digest = digestOfText(`${name}:${tag}`)): string {
    const repository = this.repositories.get(name) ?? this.create(name);
    for (const image of repository.images) image.tags = image.tags.filter((one) => one !== tag);
    const known = repository.images.find((one) => one.digest === digest);
    if (known) known.tags.push(tag);
    else repository.images.push({ digest, tags: [tag], pushedAt: this.place.clock.now() });
    return digest;
  }
}

/** An invented digest: sha256: and 64 hexadecimal digits. */
export const digestOfText = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
