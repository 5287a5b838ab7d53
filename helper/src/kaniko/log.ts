import { cut } from '../plain.ts';
import { repositoryOf, tagged } from './destination.ts';
import { parseLines } from './line.ts';
import { fatalError, isInstruction, makesLayer, matters, speaker } from './noise.ts';
import { oneLine, plainText } from './text.ts';

/** Something to show: an instruction of the Dockerfile, a line of its output, a warning, or kaniko's chatter. */
export interface Shown {
  kind: 'step' | 'output' | 'warning' | 'detail';
  text: string;
}

/** What a build's log has to end with. */
export interface Expected {
  /** Where the image goes, `registry/repository:tag`. */
  destinations: readonly string[];
  push: boolean;
}

/** Hides secrets in a text, `before` being what stood before it. */
export type Hide = (text: string, before?: string) => string;

/** CloudWatch's events hold 256 KiB: a longer line comes in several. Bytes, with room for what was no character. */
const LONG_LINE = 200_000;
/** So much of such a line is looked at again with the next: a secret may lie across. */
const KEPT = 4_096;
/** Lines of the current RUN that are kept, and how much of each: memory must not grow with the log. */
const TAIL_LINES = 30;
const TAIL_WIDTH = 500;
const MOST_ERRORS = 5;
const MOST_REMEMBERED = 500;

/**
 * Reads a build's log line by line and knows what a person should see of it and what it proves. Memory stays the same
 * however long the log. A RUN can print anything that kaniko prints; what is believed is therefore only what comes
 * last: the last error where kaniko failed, the last `Pushed` of a repository where it ended with 0.
 */
export class BuildLog {
  /** The instruction that was begun last, as kaniko words it. */
  step = '';
  /** RUN, COPY and ADD so far, and how many of them came from the cache. */
  layers = 0;
  cachedLayers = 0;
  /** The base image that was asked for last. */
  baseImage = '';
  /** How many lines were taken. */
  lines = 0;

  readonly #expected: Expected;
  readonly #hide: Hide;
  readonly #destinations: readonly string[];
  readonly #repositories: ReadonlySet<string>;
  readonly #digests = new Map<string, string>();
  readonly #announcedDigests = new Set<string>();
  readonly #cached = new Set<string>();
  readonly #warned = new Set<string>();
  #tail: string[] = [];
  #errors: string[] = [];
  #unpushed: string[];
  #announced = '';
  /** The end of the line before, where the next may go on with it. */
  #before = '';
  #begun = false;
  #running = false;
  #inUsage = false;
  #ended = false;

  constructor(expected: Expected, hide: Hide = (text) => text) {
    this.#expected = expected;
    this.#hide = hide;
    this.#destinations = [...new Set(expected.destinations.map(tagged))];
    this.#repositories = new Set(expected.destinations.map(repositoryOf));
    this.#unpushed = [...this.#destinations];
  }

  /** Takes the next line as it came, and says what to show. */
  take(line: string): Shown[] {
    this.lines += 1;
    return parseLines(line).flatMap((one) =>
      one.kind === 'output' || this.#isOutput(one.level, one.message)
        ? this.#output(one.text)
        : this.#kaniko(one.level, one.message),
    );
  }

  /**
   * True once the line that must be last has been seen: then nothing is to be waited for. What comes after it takes
   * this back, so a RUN that prints such a line ends nothing early.
   */
  get expectsNoMore(): boolean {
    return this.#ended;
  }

  /** The last lines that the current RUN printed, oldest first. */
  get tail(): readonly string[] {
    return this.#tail;
  }

  /** Lines that look like the error that ended kaniko, the last one last. */
  get errors(): readonly string[] {
    return this.#errors;
  }

  /** The digest (`sha256:...`) that was pushed last to a destination's repository. Proves nothing without exit code 0. */
  digestOf(destination: string): string | undefined {
    return this.#digests.get(repositoryOf(destination));
  }

  /** True where the log names more than one digest for the image: something beside kaniko wrote such lines. */
  get contested(): boolean {
    const all = new Set([
      ...this.#announcedDigests,
      ...(this.#announcedDigests.size > 0 ? this.#digests.values() : []),
    ]);
    return all.size > 1;
  }

  /** True for a line in kaniko's format that the current RUN must have printed itself. */
  #isOutput(level: string, message: string): boolean {
    if (!this.#running || level === 'fatal' || level === 'panic') return false;
    const who = speaker(message);
    this.#running = who !== 'after';
    return who === 'run';
  }

  #output(raw: string): Shown[] {
    const text = plainText(raw);
    // Hidden before anything is cut: of half a secret nothing would be known.
    const shown = this.#hide(text, this.#before);
    this.#before = raw.length >= LONG_LINE ? text.slice(-KEPT) : '';
    const error = fatalError(text, this.#begun);
    if (error !== undefined) {
      this.#error(this.#hide(error));
      return [{ kind: 'output', text: cut(shown) }];
    }
    if (!this.#begun && this.#errors.length > 0 && text === 'Usage:') this.#inUsage = true;
    if (this.#inUsage) return [{ kind: 'detail', text: cut(shown) }];
    if (text !== '') this.#ended = false;
    this.#tail.push(cut(shown, TAIL_WIDTH));
    if (this.#tail.length > TAIL_LINES) this.#tail.shift();
    return [{ kind: 'output', text: cut(shown) }];
  }

  #error(text: string): void {
    this.#errors = [...this.#errors.slice(1 - MOST_ERRORS), cut(text)];
    this.#ended = true;
  }

  #kaniko(level: string, raw: string): Shown[] {
    this.#ended = false;
    const message = raw.split('\n').map(plainText).join('\n');
    const shown = this.#hide(message);
    const flat = cut(shown.replace(/\s*\n\s*/g, ' '));
    const detail: Shown = { kind: 'detail', text: flat };
    if (level === 'fatal' || level === 'panic') {
      this.#error(flat);
      return [{ kind: 'output', text: flat }];
    }
    if (level === 'warning' || level === 'error') return [matters(flat) ? this.#warning(flat) : detail];
    if (level !== 'info') return [detail];
    const stage = /^Building stage '(.*)' \[idx: /.exec(message)?.[1];
    if (stage !== undefined) return this.#begin({ kind: 'step', text: `FROM ${oneLine(this.#hide(stage))}` });
    if (isInstruction(message)) return this.#instruction(message, shown);
    this.#note(message);
    return [detail];
  }

  #begin(...shown: Shown[]): Shown[] {
    this.#begun = true;
    this.#inUsage = false;
    return shown;
  }

  #warning(message: string): Shown {
    const known = this.#warned.has(key(message));
    remember(this.#warned, message);
    return { kind: known ? 'detail' : 'warning', text: message };
  }

  #instruction(message: string, shown: string): Shown[] {
    this.step = cut(shown);
    const cached = this.#cached.has(key(message));
    if (makesLayer(message) || cached) this.layers += 1;
    if (cached) this.cachedLayers += 1;
    return this.#begin({ kind: 'step', text: `${oneLine(shown)}${cached ? '  (from cache)' : ''}` });
  }

  /** What kaniko's chatter tells beside. */
  #note(message: string): void {
    const colon = message.indexOf(': ');
    if (message.startsWith('Running: ')) this.#run();
    else if (message.startsWith('Using caching version of cmd: ')) remember(this.#cached, message.slice(colon + 2));
    else if (message.startsWith('Retrieving image manifest ')) this.baseImage = cut(this.#hide(message.slice(26)), 300);
    else if (message.startsWith('Pushing image to ')) this.#pushing(message.slice(17));
    else if (message.startsWith('Pushed ')) this.#pushed(message.slice(7));
    else if (message.startsWith('Skipping push to container registry')) this.#ended = !this.#expected.push;
  }

  #run(): void {
    this.#running = true;
    this.#tail = [];
  }

  /** Kaniko pushes to one destination after the other: none from this one on has been reached. */
  #pushing(name: string): void {
    this.#announced = tagged(name);
    const index = this.#destinations.indexOf(this.#announced);
    if (index >= 0) this.#unpushed = this.#destinations.slice(index);
  }

  #pushed(reference: string): void {
    const [name = '', digest = ''] = reference.split('@');
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) return;
    const repository = repositoryOf(name);
    if (!this.#repositories.has(repository)) return;
    this.#digests.set(repository, digest);
    if (this.#unpushed[0] !== this.#announced || repositoryOf(this.#announced) !== repository) return;
    // Two are enough to know that they differ.
    if (this.#announcedDigests.size < 2) this.#announcedDigests.add(digest);
    this.#unpushed = this.#unpushed.slice(1);
    this.#ended = this.#expected.push && this.#unpushed.length === 0;
  }
}

/** Adds to a set that stays small whatever a RUN prints. */
function remember(set: Set<string>, text: string): void {
  if (set.size < MOST_REMEMBERED) set.add(key(text));
}

const key = (text: string): string => text.slice(0, 1_000);
