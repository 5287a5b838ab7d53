/** Finds the output of the RUNs in what BuildKit prints with `--progress=plain`. */
export class RunOutput {
  readonly #print: (line: string) => void;
  /** The numbers of the steps that are RUNs. */
  readonly #runs = new Set<string>();
  /** The beginning of a line whose end has not come yet. */
  #rest = '';

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#readLine(line);
  }

  end(): void {
    this.read('\n');
  }

  #readLine(line: string): void {
    const [, id = '', rest = ''] = /^#(\d+) (.*)$/s.exec(line) ?? [];
    if (/^\[(?:\S+ )?\d+\/\d+\] RUN /i.test(rest)) this.#runs.add(id);
    const printed = this.#runs.has(id) ? /^\d+\.\d+ ?(.*)$/s.exec(rest)?.[1] : undefined;
    if (printed !== undefined) this.#print(printed);
  }
}
