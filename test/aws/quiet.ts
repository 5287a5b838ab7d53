/** Turns of the event loop without any traffic after which whatever could still go on has shown itself. */
const QUIET_TURNS = 8;
/** A client reads a large answer in pieces, one or more a turn: it is given a turn per so many bytes. */
const BYTES_A_TURN = 16_384;

/**
 * Knows whether anything is going on in real time: a request on the wire or being answered, a file being read, a name
 * being looked up. Virtual time stands still until then, which is what makes tests deterministic.
 */
export class Quiet {
  #held = 0;
  #turnsLeft = QUIET_TURNS;

  /** `released` is called whenever nothing is held any longer. */
  constructor(private readonly released: () => void) {}

  get held(): boolean {
    return this.#held > 0;
  }

  /** Time stands still until the function that is returned was called (more than once does no harm). */
  hold(): () => void {
    let released = false;
    this.#held += 1;
    return () => {
      if (released) return;
      released = true;
      this.#held -= 1;
      this.stir();
      if (!this.held) this.released();
    };
  }

  /** Something happened: start counting anew; `bytes` is the size of an answer that has yet to be read. */
  stir(bytes = 0): void {
    this.#turnsLeft = Math.max(this.#turnsLeft, QUIET_TURNS + Math.ceil(bytes / BYTES_A_TURN));
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
