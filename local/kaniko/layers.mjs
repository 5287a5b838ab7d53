import { docker } from './engine.mjs';
import { messageOf } from './error.mjs';
import { info, warn } from './log.mjs';
import { readPointer, writePointer } from './manifest.mjs';
import { manifestDigest, nameOf, parseReference } from './registry.mjs';

/**
 * kaniko's layers in the cache repository, each under its key. What is kept is the whole image up to the instruction, not
 * its one layer as with kaniko: the engine goes on from it.
 */
export class Layers {
  /** @type {Map<string, string>} */
  #pointers = new Map();
  /** @type {Set<string>} */
  #found = new Set();
  /** @type {Promise<void>[]} */
  #pushes = [];
  #repository;

  /** @param {string} repository */
  constructor(repository) {
    this.#repository = repository;
  }

  /**
   * The image's name under a key.
   * @param {string} key
   */
  nameOf(key) {
    return nameOf(parseReference(`${this.#repository}:${key}`));
  }

  /** Whether a key was found before. @param {string} key */
  knows(key) {
    return this.#found.has(key) || this.#pointers.has(key);
  }

  /**
   * @param {string} key
   * @returns {Promise<boolean>}
   */
  async has(key) {
    if (this.#found.has(key)) return true;
    const there = await this.#ask(key, (reference) => manifestDigest(reference));
    if (there !== undefined) this.#found.add(key);
    return there !== undefined;
  }

  /**
   * The key that an inferred one stands for.
   * @param {string} inferred
   * @returns {Promise<string | undefined>}
   */
  async pointer(inferred) {
    const known = this.#pointers.get(inferred);
    if (known !== undefined) return known;
    const state = await this.#ask(inferred, readPointer);
    if (state !== undefined) this.#pointers.set(inferred, state);
    return state;
  }

  /**
   * @template T
   * @param {string} key
   * @param {(reference: import('./registry.mjs').Reference) => Promise<T>} look
   * @returns {Promise<T | undefined>} undefined: it is not there, or cannot be asked for
   */
  async #ask(key, look) {
    info(`Checking for cached layer ${this.#repository}:${key}...`);
    return await look(parseReference(`${this.#repository}:${key}`)).catch(() => undefined);
  }

  /** Pushes an image that the engine has under the key's name; settled() waits for it. @param {string} key */
  push(key) {
    info(`Pushing layer ${this.#repository}:${key} to cache now`);
    this.#start(key, async (reference) => {
      const { status, text } = await docker(['push', '--quiet', nameOf(reference)]);
      if (status !== 0) throw new Error(text.trim().split('\n').at(-1));
      return await manifestDigest(reference);
    });
  }

  /**
   * @param {string} inferred
   * @param {string} key
   * @param {string} state of the key
   */
  pushPointer(inferred, key, state) {
    info(`Pushing cache pointer ${this.#repository}:${inferred} -> ${key}`);
    this.#start(inferred, (reference) => writePointer(reference, state));
  }

  /**
   * @param {string} key
   * @param {(reference: import('./registry.mjs').Reference) => Promise<string>} write
   */
  #start(key, write) {
    info(`Pushing image to ${this.#repository}:${key}`);
    const pushed = write(parseReference(`${this.#repository}:${key}`)).then(
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
