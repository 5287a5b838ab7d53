import { shortenText } from '../text/printable.ts';
import { type FlagReport, readFlagReport } from './feature-flags.ts';
import { LayerCount, type SkippedStage } from './layer-count.ts';
import { LogEvidence } from './log-evidence.ts';
import { parseLogLine } from './log-line.ts';
import { fatalError, isInstruction, isWorthShowing, SeenTexts, writerDuringRun } from './log-noise.ts';
import { type ExpectedPush, PushProof } from './push-proof.ts';
import { oneLine, plainText } from './terminal-text.ts';

/** A line to show: an instruction of the Dockerfile, a line of its output, a warning, or a detail that is shown with verbose only. */
export interface DisplayLine {
  kind: 'step' | 'output' | 'warning' | 'detail';
  text: string;
}

/** What we know of a build before we read its log. */
export interface ExpectedBuild extends ExpectedPush {
  /** The names of the Dockerfile's stages by their index; a stage without a name is left out. */
  stages?: ReadonlyMap<number, string> | undefined;
}

/** Hides secrets in a text. `before` is the text that came directly before it, so that a secret across both is found. */
type HideSecrets = (text: string, before?: string) => string;

/** An event of CloudWatch holds 256 KiB, so a longer line comes in several events. In bytes, with room for invalid UTF-8. */
const SPLIT_LINE_BYTES = 200_000;
/** How much of such a line's end is searched again with the next event: a secret may lie across both. */
const OVERLAP = 4_096;

const STAGE = /^Building stage '(.*)' \[idx: '(\d*)/s;

/**
 * Reads a build's log line by line and decides which lines a person should see. Its memory does not grow with the log. A RUN
 * can print everything that kaniko prints. Before the first step only kaniko prints, so those lines are believed. After it
 * we believe only what comes last: the last error where kaniko failed, the last push where it ended with 0 (see PushProof).
 */
export class BuildLog {
  /** The instruction that began last, as kaniko words it. */
  step = '';
  /** The base image that kaniko asked for last. */
  baseImage = '';
  /** The number of lines read so far. */
  lines = 0;
  /** True once the first stage has begun. */
  building = false;
  /** What kaniko said about its flags before its first step. */
  flags: FlagReport = { active: undefined, unknown: new Set() };

  readonly #expected: ExpectedBuild;
  readonly #hide: HideSecrets;
  readonly #proof: PushProof;
  readonly #layers = new LayerCount();
  readonly #warnings = new SeenTexts();
  readonly #evidence = new LogEvidence();
  /** The end of the previous line, where the next one may continue it. */
  #longLineEnd = '';
  #buildBegan = false;
  #inRun = false;
  #inUsageText = false;
  #lastLineSeen = false;

  constructor(expected: ExpectedBuild, hide: HideSecrets = (text) => text) {
    this.#expected = expected;
    this.#hide = hide;
    this.#proof = new PushProof(expected);
  }

  /** Reads the next line of the log. @returns the lines to show for it */
  take(line: string): DisplayLine[] {
    this.lines += 1;
    return parseLogLine(line).flatMap((one) =>
      one.kind === 'output' || this.#isOutput(one.level, one.message)
        ? this.#takeOutput(one.text)
        : this.#takeKaniko(one.level, one.message),
    );
  }

  /**
   * True while the newest line is one that must be the log's last. Any later line makes it false again, so a RUN that prints
   * such a line does not end the log early.
   */
  get expectsNoMore(): boolean {
    return this.#lastLineSeen;
  }

  /** See LogEvidence. */
  get tail(): readonly string[] {
    return this.#evidence.tail;
  }

  /** See LogEvidence. */
  get errors(): readonly string[] {
    return this.#evidence.errors;
  }

  /** The number of layers so far in the stages that the image needs. */
  get layers(): number {
    return this.#layers.total;
  }

  /** How many of those layers came from the cache. */
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

  /** True for a line in kaniko's format that the current RUN has printed itself. */
  #isOutput(level: string, message: string): boolean {
    if (!this.#inRun || level === 'fatal' || level === 'panic') return false;
    const writer = writerDuringRun(message, this.step);
    this.#inRun = writer !== 'kaniko, after the RUN';
    return writer === 'RUN';
  }

  #takeOutput(raw: string): DisplayLine[] {
    const text = plainText(raw);
    // Secrets are hidden before the line is cut, because half a secret would not be recognised.
    const shown = this.#hide(text, this.#longLineEnd);
    this.#longLineEnd = raw.length >= SPLIT_LINE_BYTES ? text.slice(-OVERLAP) : '';
    const error = fatalError(text, this.#buildBegan);
    if (error !== undefined) {
      this.#recordError(this.#hide(error));
      return [{ kind: 'output', text: shortenText(shown) }];
    }
    if (!this.#buildBegan && this.errors.length > 0 && text === 'Usage:') this.#inUsageText = true;
    if (this.#inUsageText) return [{ kind: 'detail', text: shortenText(shown) }];
    if (text !== '') this.#lastLineSeen = false;
    this.#evidence.printed(shown);
    return [{ kind: 'output', text: shortenText(shown) }];
  }

  #recordError(text: string): void {
    this.#evidence.failed(text);
    this.#lastLineSeen = true;
  }

  #takeKaniko(level: string, raw: string): DisplayLine[] {
    this.#lastLineSeen = false;
    const message = raw.split('\n').map(plainText).join('\n');
    const shown = this.#hide(message);
    const flat = shortenText(shown.replace(/\s*\n\s*/g, ' '));
    const detail: DisplayLine = { kind: 'detail', text: flat };
    if (level === 'fatal' || level === 'panic') {
      this.#recordError(flat);
      return [{ kind: 'output', text: flat }];
    }
    if (!this.#buildBegan) this.flags = { ...this.flags, ...readFlagReport(message) };
    if (level === 'warning' || level === 'error')
      return [isWorthShowing(flat) && this.#warnings.isNew(flat) ? { kind: 'warning', text: flat } : detail];
    if (level !== 'info') return [detail];
    const [, base, index] = STAGE.exec(message) ?? [];
    if (base !== undefined) return this.#beginStage(base, Number(index));
    if (isInstruction(message)) return this.#beginInstruction(message, shown);
    this.#readInfo(message);
    return [detail];
  }

  #beginBuild(shown: DisplayLine[]): DisplayLine[] {
    this.#buildBegan = true;
    this.#inUsageText = false;
    return shown;
  }

  #beginStage(base: string, index: number): DisplayLine[] {
    this.building = true;
    const skipped = this.#layers.stage(index).map((one: SkippedStage): DisplayLine => {
      const name = this.#expected.stages?.get(one.index) ?? `${one.index} (${one.base})`;
      return { kind: 'step', text: `stage ${oneLine(this.#hide(name))}  from cache` };
    });
    return this.#beginBuild([...skipped, { kind: 'step', text: `FROM ${oneLine(this.#hide(base))}` }]);
  }

  #beginInstruction(message: string, shown: string): DisplayLine[] {
    this.step = shortenText(shown);
    const cached = this.#layers.instruction(message);
    return this.#beginBuild([{ kind: 'step', text: `${oneLine(shown)}${cached ? '  (from cache)' : ''}` }]);
  }

  /** Notes what a message of level info says about the build; such messages are details for the user. */
  #readInfo(message: string): void {
    if (message.startsWith('Running: ')) {
      this.#inRun = true;
      this.#evidence.begin();
    } else if (message.startsWith('Retrieving image manifest '))
      this.baseImage = shortenText(this.#hide(message.slice(26)), 300);
    this.#layers.take(message);
    this.#lastLineSeen = this.#proof.take(message);
  }
}
