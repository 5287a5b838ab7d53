/**
 * A number as a file of parameters has it where JavaScript would write it otherwise: 1.10, 12345678901234567. Whoever
 * wants a text gets these digits.
 */
export class WrittenNumber {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }

  toString(): string {
    return this.digits;
  }
}

/** True where JavaScript writes the number as it was written. */
export const isKept = (digits: string): boolean => String(Number(digits)) === digits;
