/** Turns of the event loop without any traffic after which whatever could still go on has shown itself. */
const QUIET_TURNS = 8;
/** A client reads a large answer in pieces, one or more a turn: it is given a turn per so many bytes. */
const BYTES_A_TURN = 16_384;

/**
 * Knows whether anything is going on in real time: a request on the wire or being answered, a file being read, a name
 * being looked up. Virtual time stands still until then, which is what makes tests deterministic.
 */
export class Quiet {
  #turnsLeft = QUIET_TURNS;
  #made = 0;
  /** Who holds time, and whose hold does not count just now. */
  readonly #holds = new Set<string>();
  readonly #suspended = new Set<string>();

  /** `released` is called whenever nothing is held any longer. */
  constructor(private readonly released: () => void) {}

  get held(): boolean {
    return [...this.#holds].some((name) => !this.#suspended.has(name));
  }

  /** Time stands still until `release` was called (more than once does no harm). */
  hold(): { name: string; release: () => void } {
    const name = String(++this.#made);
    this.#holds.add(name);
    const release = () => {
      if (this.#holds.delete(name)) this.#changed();
    };
    return { name, release };
  }

  /** The hold of this name does not count until the returned function is called: its owner waits for time to pass. */
  suspend(name: string): () => void {
    this.#suspended.add(name);
    this.#changed();
    return () => {
      this.#suspended.delete(name);
    };
  }

  /** Something happened: start counting anew; `bytes` is the size of an answer that has yet to be read. */
  stir(bytes = 0): void {
    this.#turnsLeft = Math.max(this.#turnsLeft, QUIET_TURNS + Math.ceil(bytes / BYTES_A_TURN));
  }

  #changed(): void {
    this.stir();
    if (!this.held) this.released();
  }

  /** One turn of the event loop went by; true when it has been quiet for long enough. */
  turn(): boolean {
    if (this.held || atWork()) this.stir();
    else this.#turnsLeft -= 1;
    return this.#turnsLeft <= 0;
  }
}

/** Files, names and connections under way: Node itself lists them. */
function atWork(): boolean {
  return process.getActiveResourcesInfo().some((name) => /^(FSReq|GetAddrInfo|TCPConnect|ConnectWrap)/.test(name));
}
