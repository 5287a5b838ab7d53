import { createHash } from 'node:crypto';
import { info, output } from './log.mjs';

/** How long a step may be unknown to be cached before it is shown as running. */
const DECIDE_MS = 200;

/**
 * Turns BuildKit's `--progress=plain` into the lines that kaniko would print.
 * A step's header comes first; whether it was cached shows in what comes next, so a header is held for a moment.
 */
export class Progress {
  /** @type {Map<string, { command: string, shown: boolean, timer: NodeJS.Timeout | undefined }>} */
  #steps = new Map();
  #rest = '';
  #cacheRepo;
  /** Everything, for the reason of a failure. */
  text = '';

  /** @param {string} cacheRepo empty: no cache */
  constructor(cacheRepo) {
    this.#cacheRepo = cacheRepo;
  }

  /** @param {string} text */
  read(text) {
    this.text += text;
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
  }

  end() {
    this.read('\n');
    for (const id of this.#steps.keys()) clearTimeout(this.#steps.get(id)?.timer);
  }

  /** @param {string} line */
  #line(line) {
    const [, id = '', rest = ''] = /^#(\d+) (.*)$/s.exec(line) ?? [];
    const step = this.#steps.get(id);
    const header = /^\[(?:\S+ )?\d+\/\d+\] ((?!FROM )\w+ .*)$/s.exec(rest);
    if (header?.[1] && !step) {
      const timer = setTimeout(() => this.#show(id, false), DECIDE_MS);
      this.#steps.set(id, { command: header[1], shown: false, timer });
    } else if (step && rest === 'CACHED') {
      this.#show(id, true);
    } else if (step && /^(DONE|ERROR|CANCELED)/.test(rest)) {
      if (!rest.startsWith('CANCELED')) this.#show(id, false);
      if (rest.startsWith('DONE')) info('Taking snapshot of full filesystem...');
    } else if (step && !/^sha256:[0-9a-f]{64}$/.test(rest)) {
      this.#show(id, false);
      const printed = /^\d+\.\d+ ?(.*)$/s.exec(rest);
      if (printed) output(printed[1] ?? '');
    }
  }

  /**
   * @param {string} id
   * @param {boolean} cached
   */
  #show(id, cached) {
    const step = this.#steps.get(id);
    if (!step || step.shown) return;
    step.shown = true;
    clearTimeout(step.timer);
    const { command } = step;
    if (this.#cacheRepo) {
      const key = createHash('sha256').update(command).digest('hex');
      info(`Checking for cached layer ${this.#cacheRepo}:${key}...`);
      info(cached ? `Using caching version of cmd: ${command}` : `No cached layer found for cmd ${command}`);
    }
    info(command);
    if (cached) return info('Found cached layer, extracting to filesystem');
    const script = /^RUN (?:--\S+ )*(.*)$/s.exec(command)?.[1];
    if (script === undefined) return;
    info('Cmd: /bin/sh');
    info(`Args: [-c ${script}]`);
    info(`Running: [/bin/sh -c ${script}]`);
  }
}
