/** A range of IPv4 addresses, as numbers. */
interface AddressRange {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Reads a range such as `10.0.0.0/16`. @returns undefined where the text is no range */
export function parseAddressRange(cidr: string): AddressRange | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr);
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  if (Math.max(a, b, c, d) > 255 || bits > 32) return undefined;
  const size = 2 ** (32 - bits);
  const from = Math.floor((((a * 256 + b) * 256 + c) * 256 + d) / size) * size;
  return { text: cidr, from, to: from + size - 1 };
}

/** Whether two ranges have addresses in common. */
export const rangesOverlap = (one: AddressRange, other: AddressRange): boolean =>
  one.from <= other.to && other.from <= one.to;
