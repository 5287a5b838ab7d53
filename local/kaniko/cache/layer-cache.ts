import { docker } from '../engine/docker.ts';
import { messageOf } from '../kaniko-error.ts';
import { info, warn } from '../kaniko-log.ts';
import { type ImageReference, nameOf, parseReference } from '../registry/image-reference.ts';
import { readNote, writeNote } from './cache-notes.ts';

/**
 * The note that says that the engine has the layer's image. Any other note is the state of the key that it points to.
 */
const LAYER = 'layer';

/**
 * kaniko's cache. The cache repository has a note under each key, and the engine has an image of that name. kaniko
 * keeps single layers; here it is the whole image up to the instruction, since the engine builds the next instruction
 * on it.
 */
export class LayerCache {
  readonly #repository: string;
  /** The notes that were found, by key. */
  readonly #notes = new Map<string, string>();
  #pushes: Promise<void>[] = [];
  #present: Promise<Set<string>> | undefined;

  constructor(repository: string) {
    this.#repository = repository;
  }

  /** The name that the image of a key has in the engine. */
  imageName(key: string): string {
    return nameOf(this.#reference(key));
  }

  #reference(key: string): ImageReference {
    return parseReference(`${this.#repository}:${key}`);
  }

  /** Whether an earlier find() found this key. */
  hasFound(key: string): boolean {
    return this.#notes.has(key);
  }

  /**
   * Looks a key up.
   * @returns the note; for an inferred key that is the state of the key that it points to. Undefined where there is
   *   none, or where the registry does not answer
   */
  async find(key: string): Promise<string | undefined> {
    const known = this.#notes.get(key);
    if (known !== undefined) return known;
    info(`Checking for cached layer ${this.#repository}:${key}...`);
    const note = await readNote(this.#reference(key)).catch(() => undefined);
    if (note === undefined || (note === LAYER && !(await this.#images()).has(key))) return undefined;
    this.#notes.set(key, note);
    return note;
  }

  /** The keys whose images the engine still has. */
  async #images(): Promise<Set<string>> {
    const { registry, repository } = parseReference(this.#repository);
    this.#present ??= docker(['image', 'ls', '--format={{.Tag}}', `${registry}/${repository}`]).then(
      ({ text }) => new Set(text.split('\n')),
    );
    return await this.#present;
  }

  /** Writes the note of an image that the engine has under the key's name. allPushed() waits for it. */
  add(key: string): void {
    info(`Pushing layer ${this.#repository}:${key} to cache now`);
    this.#write(key, LAYER);
  }

  /**
   * Writes a pointer from an inferred key to a key.
   * @param state the state of that key
   */
  addPointer(inferred: string, key: string, state: string): void {
    info(`Pushing cache pointer ${this.#repository}:${inferred} -> ${key}`);
    this.#write(inferred, state);
  }

  #write(key: string, note: string): void {
    info(`Pushing image to ${this.#repository}:${key}`);
    const pushed = writeNote(this.#reference(key), note).then(
      (digest) => info(`Pushed ${this.#repository}@${digest}`),
      (error) => warn(`Error uploading layer to cache: ${messageOf(error)}`),
    );
    this.#pushes.push(pushed);
  }

  /** Waits until all notes are written. */
  async allPushed(): Promise<void> {
    await Promise.all(this.#pushes);
    this.#pushes = [];
  }
}
