import { parseAddressRange, rangesOverlap } from '../../account/address-ranges.ts';
import type { TemplateValues } from '../../stack/template-values.ts';

/** The default of VpcCidr in network.yaml. */
export const DEFAULT_VPC_RANGE = '172.16.0.0/16';

/**
 * Checks that the new subnets lie inside the VPC, and do not overlap.
 * @param earlier the stack's own values, for those that are not given; network.yaml's defaults come last
 */
export function subnetRangeComplaints(
  network: TemplateValues,
  earlier: Readonly<Record<string, string>> = {},
): string[] {
  const rangeOf = (name: string, otherwise: string) =>
    parseAddressRange(network.get(name)?.value ?? earlier[name] ?? otherwise);
  const vpc = rangeOf('VpcCidr', DEFAULT_VPC_RANGE);
  const first = rangeOf('Subnet1Cidr', '172.16.0.0/24');
  const second = rangeOf('Subnet2Cidr', '172.16.1.0/24');
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
