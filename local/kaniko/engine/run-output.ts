/** Finds in BuildKit's `--progress=plain` what the RUNs print. */
export class OutputOfRuns {
  /** @type {Set<string>} */
  #runs = new Set();
  #rest = '';
  #print;

  /** @param {(line: string) => void} print */
  constructor(print) {
    this.#print = print;
  }

  /** @param {string} text */
  read(text) {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
  }

  end() {
    this.read('\n');
  }

  /** @param {string} line */
  #line(line) {
    const [, id = '', rest = ''] = /^#(\d+) (.*)$/s.exec(line) ?? [];
    if (/^\[(?:\S+ )?\d+\/\d+\] RUN /i.test(rest)) this.#runs.add(id);
    const printed = this.#runs.has(id) ? /^\d+\.\d+ ?(.*)$/s.exec(rest)?.[1] : undefined;
    if (printed !== undefined) this.#print(printed);
  }
}
