/** After this many turns of the event loop without traffic, nothing is under way any more. */
const QUIET_TURNS = 8;
/** A client reads a large answer in pieces, at least one in each turn. So it gets one turn for each this many bytes. */
const BYTES_A_TURN = 16_384;

/**
 * Knows whether anything is going on in real time: a request on the wire or being answered, a file being read, a name
 * being looked up. Virtual time stands still until then, which is what makes tests deterministic.
 */
export class Quiet {
  #turnsLeft = QUIET_TURNS;
  #made = 0;
  /** The holders of time, and those of them whose hold does not count at the moment. */
  readonly #holds = new Set<string>();
  readonly #suspended = new Set<string>();

  /** `released` is called each time when the last hold ends. */
  constructor(private readonly released: () => void) {}

  get held(): boolean {
    return [...this.#holds].some((name) => !this.#suspended.has(name));
  }

  /** Time stands still until `release` is called. A second call does nothing. */
  hold(): { name: string; release: () => void } {
    const name = String(++this.#made);
    this.#holds.add(name);
    const release = () => {
      if (this.#holds.delete(name)) this.#changed();
    };
    return { name, release };
  }

  /** The hold of this name does not count until the returned function is called, because its owner waits for time to pass. */
  suspend(name: string): () => void {
    this.#suspended.add(name);
    this.#changed();
    return () => {
      this.#suspended.delete(name);
    };
  }

  /** Something happened, so the count of quiet turns starts again. `bytes` is the size of an answer that must still be read. */
  stir(bytes = 0): void {
    this.#turnsLeft = Math.max(this.#turnsLeft, QUIET_TURNS + Math.ceil(bytes / BYTES_A_TURN));
  }

  #changed(): void {
    this.stir();
    if (!this.held) this.released();
  }

  /** One turn of the event loop has passed. Returns true when it was quiet for long enough. */
  turn(): boolean {
    if (this.held || atWork()) this.stir();
    else this.#turnsLeft -= 1;
    return this.#turnsLeft <= 0;
  }
}

/** The files, name lookups and connections that are under way, as Node itself lists them. */
function atWork(): boolean {
  return process.getActiveResourcesInfo().some((name) => /^(FSReq|GetAddrInfo|TCPConnect|ConnectWrap)/.test(name));
}
