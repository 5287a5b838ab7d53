import { canonicalDestination, canonicalRepository } from '../registry/docker-hub.ts';

/** The pushes that a build's log must report. */
export interface ExpectedPush {
  /** Where the image is pushed to, `registry/repository:tag`. */
  destinations: readonly string[];
  push: boolean;
}

/**
 * What a build's log proves about its pushes. A RUN can print everything that kaniko prints. So only the last `Pushed` line of
 * a repository is believed, and only where kaniko ended with 0.
 */
export class PushProof {
  readonly #push: boolean;
  readonly #destinations: readonly string[];
  readonly #repositories: ReadonlySet<string>;
  readonly #digests = new Map<string, string>();
  readonly #announcedDigests = new Set<string>();
  #unpushed: string[];
  #announced = '';

  constructor({ destinations, push }: ExpectedPush) {
    this.#push = push;
    this.#destinations = [...new Set(destinations.map(canonicalDestination))];
    this.#repositories = new Set(destinations.map(canonicalRepository));
    this.#unpushed = [...this.#destinations];
  }

  /** Reads a message of kaniko. @returns true for the message that must be kaniko's last */
  take(message: string): boolean {
    if (message.startsWith('Pushing image to ')) this.#pushing(message.slice(17));
    else if (message.startsWith('Pushed ')) return this.#pushed(message.slice(7));
    else if (message.startsWith('Skipping push to container registry')) return !this.#push;
    return false;
  }

  /** The digest (`sha256:...`) that was pushed last to a destination's repository. It proves nothing without exit code 0. */
  digestOf(destination: string): string | undefined {
    return this.#digests.get(canonicalRepository(destination));
  }

  /** True where the log names more than one digest for the image: a RUN has printed such lines, too. */
  get contested(): boolean {
    const all = new Set([
      ...this.#announcedDigests,
      ...(this.#announcedDigests.size > 0 ? this.#digests.values() : []),
    ]);
    return all.size > 1;
  }

  /** kaniko pushes to the destinations in their order, so this one and those after it are not pushed yet. */
  #pushing(name: string): void {
    this.#announced = canonicalDestination(name);
    const index = this.#destinations.indexOf(this.#announced);
    if (index >= 0) this.#unpushed = this.#destinations.slice(index);
  }

  #pushed(reference: string): boolean {
    const [name = '', digest = ''] = reference.split('@');
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) return false;
    const repository = canonicalRepository(name);
    if (!this.#repositories.has(repository)) return false;
    this.#digests.set(repository, digest);
    if (this.#unpushed[0] !== this.#announced || canonicalRepository(this.#announced) !== repository) return false;
    // Two digests are enough to know that the log contradicts itself.
    if (this.#announcedDigests.size < 2) this.#announcedDigests.add(digest);
    this.#unpushed = this.#unpushed.slice(1);
    return this.#push && this.#unpushed.length === 0;
  }
}
