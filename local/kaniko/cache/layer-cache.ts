import { docker } from './engine.mjs';
import { messageOf } from './error.mjs';
import { info, warn } from './log.mjs';
import { readNote, writeNote } from './manifest.mjs';
import { nameOf, parseReference } from './registry.mjs';

/** The note of an image that the engine has; any other is a key that is pointed to. */
const LAYER = 'layer';

/**
 * kaniko's layers, each under its key. Under a key the cache repository has a note; the engine has the image that it stands
 * for, the whole one up to the instruction and not its one layer as with kaniko: the engine goes on from it.
 */
export class Layers {
  /** @type {Map<string, string>} */
  #notes = new Map();
  /** @type {Promise<void>[]} */
  #pushes = [];
  /** @type {Promise<Set<string>> | undefined} */
  #present;
  #repository;

  /** @param {string} repository */
  constructor(repository) {
    this.#repository = repository;
  }

  /**
   * The image's name in the engine.
   * @param {string} key
   */
  nameOf(key) {
    return nameOf(parseReference(`${this.#repository}:${key}`));
  }

  /** Whether a key was found before. @param {string} key */
  knows(key) {
    return this.#notes.has(key);
  }

  /**
   * What is there under a key; of an inferred one the key that it points to.
   * @param {string} key
   * @returns {Promise<string | undefined>} undefined: it is not there, or cannot be asked for
   */
  async get(key) {
    const known = this.#notes.get(key);
    if (known !== undefined) return known;
    info(`Checking for cached layer ${this.#repository}:${key}...`);
    const note = await readNote(parseReference(`${this.#repository}:${key}`)).catch(() => undefined);
    if (note === undefined || (note === LAYER && !(await this.#images()).has(key))) return undefined;
    this.#notes.set(key, note);
    return note;
  }

  /** Keys whose images the engine still has. */
  async #images() {
    const { registry, repository } = parseReference(this.#repository);
    this.#present ??= docker(['image', 'ls', '--format={{.Tag}}', `${registry}/${repository}`]).then(
      ({ text }) => new Set(text.split('\n')),
    );
    return await this.#present;
  }

  /** Keeps an image that the engine has under the key's name; settled() waits for it. @param {string} key */
  push(key) {
    info(`Pushing layer ${this.#repository}:${key} to cache now`);
    this.#write(key, LAYER);
  }

  /**
   * @param {string} inferred
   * @param {string} key
   * @param {string} state of the key
   */
  pushPointer(inferred, key, state) {
    info(`Pushing cache pointer ${this.#repository}:${inferred} -> ${key}`);
    this.#write(inferred, state);
  }

  /**
   * @param {string} key
   * @param {string} note
   */
  #write(key, note) {
    info(`Pushing image to ${this.#repository}:${key}`);
    const pushed = writeNote(parseReference(`${this.#repository}:${key}`), note).then(
      (digest) => info(`Pushed ${this.#repository}@${digest}`),
      (error) => warn(`Error uploading layer to cache: ${messageOf(error)}`),
    );
    this.#pushes.push(pushed);
  }

  async settled() {
    await Promise.all(this.#pushes);
    this.#pushes = [];
  }
}
