import type { TemplateValues } from '../stack/template-values.ts';

/** A range of IPv4 addresses, as numbers. */
export interface AddressRange {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** `10.0.0.0/16`, read; undefined where it is none. */
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

/** Subnets lie inside their VPC, and apart. What is not given is the stack's, else network.yaml's default. */
export function subnetRangeComplaints(
  network: TemplateValues,
  earlier: Readonly<Record<string, string>> = {},
): string[] {
  const range = (name: string, otherwise: string) =>
    parseAddressRange(network.get(name)?.value ?? earlier[name] ?? otherwise);
  const vpc = range('VpcCidr', '172.16.0.0/16');
  const first = range('Subnet1Cidr', '172.16.0.0/24');
  const second = range('Subnet2Cidr', '172.16.1.0/24');
  if (vpc === undefined || first === undefined || second === undefined) return [];
  const outside = Object.entries({ Subnet1Cidr: first, Subnet2Cidr: second }).filter(
    ([, { from, to }]) => from < vpc.from || to > vpc.to,
  );
  return [
    ...outside.map(
      ([name, { text }]) =>
        `the subnet ${text} is not inside the VPC's ${vpc.text}: give --network-parameters ${name}=... a part of it`,
    ),
    ...(rangesOverlap(first, second)
      ? [
          `the subnets ${first.text} and ${second.text} overlap: give --network-parameters Subnet1Cidr=... and Subnet2Cidr=... parts of ${vpc.text} that lie apart`,
        ]
      : []),
  ];
}
