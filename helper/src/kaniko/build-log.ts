import { cut } from '../text/printable.ts';
import { type FlagReport, readFlagReport } from './feature-flags.ts';
import { LayerCount, type SkippedStage } from './layer-count.ts';
import { LogEvidence } from './log-evidence.ts';
import { parseLogLine } from './log-line.ts';
import { fatalError, isInstruction, isWorthShowing, SeenTexts, writerDuringRun } from './log-noise.ts';
import { type ExpectedPush, PushProof } from './push-proof.ts';
import { oneLine, plainText } from './terminal-text.ts';

/** Something to show: an instruction of the Dockerfile, a line of its output, a warning, or kaniko's chatter. */
export interface DisplayLine {
  kind: 'step' | 'output' | 'warning' | 'detail';
  text: string;
}

/** What is known of a build before its log. */
export interface ExpectedBuild extends ExpectedPush {
  /** Names of the Dockerfile's stages, as far as they have one, by their index. */
  stages?: ReadonlyMap<number, string> | undefined;
}

/** Hides secrets in a text, `before` being what stood before it. */
export type HideSecrets = (text: string, before?: string) => string;

/** CloudWatch's events hold 256 KiB: a longer line comes in several. Bytes, with room for what was no character. */
const LONG_LINE = 200_000;
/** So much of such a line is looked at again with the next: a secret may lie across. */
const KEPT = 4_096;

const STAGE = /^Building stage '(.*)' \[idx: '(\d*)/s;

/**
 * Reads a build's log line by line and knows what a person should see of it. Memory stays the same however long the log. A
 * RUN can print anything that kaniko prints: what kaniko says before its first step nobody else can have said; after it only
 * what comes last is believed, the last error where kaniko failed, the last push where it ended with 0 (see PushProof).
 */
export class BuildLog {
  /** The instruction that was begun last, as kaniko words it. */
  step = '';
  /** The base image that was asked for last. */
  baseImage = '';
  /** How many lines were taken. */
  lines = 0;
  /** The first stage has begun. */
  building = false;
  /** What kaniko said of its flags before its first step. */
  flags: FlagReport = { active: undefined, unknown: new Set() };

  readonly #known: ExpectedBuild;
  readonly #hide: HideSecrets;
  readonly #proof: PushProof;
  readonly #layers = new LayerCount();
  readonly #warnings = new SeenTexts();
  readonly #evidence = new LogEvidence();
  /** The end of the line before, where the next may go on with it. */
  #before = '';
  #begun = false;
  #running = false;
  #inUsage = false;
  #ended = false;

  constructor(known: ExpectedBuild, hide: HideSecrets = (text) => text) {
    this.#known = known;
    this.#hide = hide;
    this.#proof = new PushProof(known);
  }

  /** Takes the next line as it came, and says what to show. */
  take(line: string): DisplayLine[] {
    this.lines += 1;
    return parseLogLine(line).flatMap((one) =>
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

  /** See Evidence. */
  get tail(): readonly string[] {
    return this.#evidence.tail;
  }

  /** See Evidence. */
  get errors(): readonly string[] {
    return this.#evidence.errors;
  }

  /** Layers of the image's stages so far, and how many of them came from the cache. */
  get layers(): number {
    return this.#layers.all;
  }

  get cachedLayers(): number {
    return this.#layers.cached;
  }

  /** See PushProof. */
  digestOf(destination: string): string | undefined {
    return this.#proof.digestOf(destination);
  }

  /** See PushProof. */
  get contested(): boolean {
    return this.#proof.contested;
  }

  /** True for a line in kaniko's format that the current RUN must have printed itself. */
  #isOutput(level: string, message: string): boolean {
    if (!this.#running || level === 'fatal' || level === 'panic') return false;
    const who = writerDuringRun(message, this.step);
    this.#running = who !== 'after';
    return who === 'run';
  }

  #output(raw: string): DisplayLine[] {
    const text = plainText(raw);
    // Hidden before anything is cut: of half a secret nothing would be known.
    const shown = this.#hide(text, this.#before);
    this.#before = raw.length >= LONG_LINE ? text.slice(-KEPT) : '';
    const error = fatalError(text, this.#begun);
    if (error !== undefined) {
      this.#error(this.#hide(error));
      return [{ kind: 'output', text: cut(shown) }];
    }
    if (!this.#begun && this.errors.length > 0 && text === 'Usage:') this.#inUsage = true;
    if (this.#inUsage) return [{ kind: 'detail', text: cut(shown) }];
    if (text !== '') this.#ended = false;
    this.#evidence.printed(shown);
    return [{ kind: 'output', text: cut(shown) }];
  }

  #error(text: string): void {
    this.#evidence.failed(text);
    this.#ended = true;
  }

  #kaniko(level: string, raw: string): DisplayLine[] {
    this.#ended = false;
    const message = raw.split('\n').map(plainText).join('\n');
    const shown = this.#hide(message);
    const flat = cut(shown.replace(/\s*\n\s*/g, ' '));
    const detail: DisplayLine = { kind: 'detail', text: flat };
    if (level === 'fatal' || level === 'panic') {
      this.#error(flat);
      return [{ kind: 'output', text: flat }];
    }
    if (!this.#begun) this.flags = { ...this.flags, ...readFlagReport(message) };
    if (level === 'warning' || level === 'error')
      return [isWorthShowing(flat) && this.#warnings.isNew(flat) ? { kind: 'warning', text: flat } : detail];
    if (level !== 'info') return [detail];
    const [, base, index] = STAGE.exec(message) ?? [];
    if (base !== undefined) return this.#stage(base, Number(index));
    if (isInstruction(message)) return this.#instruction(message, shown);
    this.#note(message);
    return [detail];
  }

  #begin(shown: DisplayLine[]): DisplayLine[] {
    this.#begun = true;
    this.#inUsage = false;
    return shown;
  }

  #stage(base: string, index: number): DisplayLine[] {
    this.building = true;
    const skipped = this.#layers.stage(index).map((one: SkippedStage): DisplayLine => {
      const name = this.#known.stages?.get(one.index) ?? `${one.index} (${one.base})`;
      return { kind: 'step', text: `stage ${oneLine(this.#hide(name))}  from cache` };
    });
    return this.#begin([...skipped, { kind: 'step', text: `FROM ${oneLine(this.#hide(base))}` }]);
  }

  #instruction(message: string, shown: string): DisplayLine[] {
    this.step = cut(shown);
    const cached = this.#layers.instruction(message);
    return this.#begin([{ kind: 'step', text: `${oneLine(shown)}${cached ? '  (from cache)' : ''}` }]);
  }

  /** What kaniko's chatter tells beside. */
  #note(message: string): void {
    if (message.startsWith('Running: ')) {
      this.#running = true;
      this.#evidence.begin();
    } else if (message.startsWith('Retrieving image manifest '))
      this.baseImage = cut(this.#hide(message.slice(26)), 300);
    this.#layers.take(message);
    this.#ended = this.#proof.take(message);
  }
}
