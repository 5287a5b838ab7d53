import { plural } from '../../../text/quantities.ts';
import { type Endpoint, type Network, type RouteTable, routeTableOf, type Subnet } from '../../account/network.ts';
import type { CheckResult } from './check-result.ts';

/** Where tasks run, by the settings. */
export interface TaskPlacement {
  readonly subnets: readonly string[];
  readonly publicIp: boolean;
  /** The image that the tasks pull; undefined where it is not known. */
  readonly image: string | undefined;
  /** The setting that says whether tasks get a public address. */
  readonly setting: 'publicIp' | 'appPublicIp';
}

/** The VPC that the subnets belong to. */
export interface TaskVpc {
  readonly id: string;
  /** Whether tasks in these subnets reach what they need. */
  readonly hasWayOut: boolean;
}

/** The endpoints that tasks need in subnets without another way out (docs/infrastructure.md): all tasks, and those with secrets. */
const ENDPOINTS = { always: ['ecr.api', 'ecr.dkr', 'logs'], secrets: ['secretsmanager', 'ssm'] } as const;

/** Checks whether the subnets exist, belong to one VPC, have free addresses, and lead to the registry. Pure. */
export function checkSubnets(placement: TaskPlacement, network: Network): CheckResult<TaskVpc> {
  const { subnets } = network;
  const missing = placement.subnets.filter((id) => !subnets.some((one) => one.id === id));
  const [first] = subnets;
  if (missing.length > 0 || first === undefined) {
    return {
      state: 'problem',
      category: 'aws',
      finding: `${missing.join(', ') || 'the subnets'} ${missing.length > 1 ? 'do' : 'does'} not exist in this account and region`,
      hint: 'name subnets that exist, by the parameter Subnets (AppSubnets) of the builder stack, or the settings subnets and appSubnets',
    };
  }
  const vpcs = [...new Set(subnets.map(({ vpc }) => vpc))];
  if (vpcs.length > 1) {
    return {
      state: 'problem',
      finding: `the subnets are of different VPCs: ${vpcs.join(', ')}`,
      hint: 'name subnets of one VPC, that of the security groups',
      details: subnets.map(({ id, vpc }) => `${id}: ${vpc}`),
    };
  }
  const ways = subnets.map((subnet) => wayOut(subnet, placement, network));
  const rank = { problem: 0, warning: 1, ok: 2 } as const;
  const [worst] = [...ways].sort((a, b) => rank[a.state] - rank[b.state]);
  if (worst === undefined || worst.state === 'ok') {
    const zones = new Set(subnets.map(({ zone }) => zone)).size;
    const descriptions = [...new Set(ways.map(({ finding }) => finding))].join(', ');
    return {
      state: 'ok',
      finding: `${plural(subnets.length, 'subnet')} in ${plural(zones, 'zone')}, ${descriptions}`,
      fact: { id: first.vpc, hasWayOut: true },
    };
  }
  const affected = ways.filter(({ state }) => state === worst.state);
  return {
    state: worst.state,
    finding:
      worst.state === 'problem'
        ? `${plural(affected.length, 'subnet')} of ${subnets.length} will not do`
        : worst.finding,
    hint: worst.hint,
    details: ways.flatMap(({ subnet, state, finding }) => (state === 'ok' ? [] : [`${subnet}: ${finding}`])),
    fact: { id: first.vpc, hasWayOut: worst.state !== 'problem' },
  };
}

interface WayOut {
  readonly subnet: string;
  readonly state: 'ok' | 'warning' | 'problem';
  readonly finding: string;
  readonly hint: string;
}

/** Finds the way of a subnet's tasks to the internet, or to the endpoints that replace it. */
function wayOut(subnet: Subnet, placement: TaskPlacement, network: Network): WayOut {
  const way = (state: WayOut['state'], finding: string, hint = ''): WayOut => ({
    subnet: subnet.id,
    state,
    finding,
    hint,
  });
  if (subnet.free === 0) {
    return way('problem', 'no address is free', 'free some of its addresses, or name another subnet beside it');
  }
  const table = routeTableOf(subnet, network.tables);
  const route = table?.routes.find(({ destination }) => destination === '0.0.0.0/0');
  if (route === undefined) return wayByEndpoints(subnet, table, placement, network.endpoints);
  const { target, state } = route;
  if (state === 'blackhole') {
    return way(
      'problem',
      `its default route leads to ${target}, which is gone`,
      `mend the default route of ${table?.id}: to an internet gateway (public subnets) or to a NAT gateway`,
    );
  }
  if (target.startsWith('igw-')) {
    if (placement.publicIp) return way('ok', 'out by an internet gateway');
    return way(
      'problem',
      `its way out is the internet gateway ${target}, but tasks get no public address`,
      `set ${placement.setting} to ENABLED (the builder stack's ${placement.setting === 'publicIp' ? 'PublicIp' : 'AppPublicIp'}), or name subnets behind a NAT gateway`,
    );
  }
  if (target.startsWith('nat-')) return way('ok', 'out by a NAT gateway');
  return way(
    'warning',
    `the default route leads to ${target || 'something unknown'}; whether the internet lies behind it cannot be seen here`,
    'see to it that tasks reach their registries, S3 and CloudWatch Logs by it',
  );
}

/** Checks the endpoints of a subnet that has no default route. */
function wayByEndpoints(
  subnet: Subnet,
  table: RouteTable | undefined,
  { image }: TaskPlacement,
  endpoints: readonly Endpoint[],
): WayOut {
  const available = endpoints.filter(({ vpc, state }) => vpc === subnet.vpc && state === 'available');
  const hasInterface = (service: string): boolean =>
    available.some((one) => one.service === service && one.kind === 'Interface' && one.privateDns);
  const hasS3 = available.some(
    (one) =>
      one.service === 's3' &&
      ((one.kind === 'Gateway' && table !== undefined && one.routeTables.includes(table.id)) ||
        (one.kind === 'Interface' && one.privateDns)),
  );
  const lacking = [...(hasS3 ? [] : ['s3']), ...ENDPOINTS.always.filter((service) => !hasInterface(service))];
  const way = (state: WayOut['state'], finding: string, hint: string): WayOut => ({
    subnet: subnet.id,
    state,
    finding,
    hint,
  });
  if (lacking.length > 0) {
    return way(
      'problem',
      `no way out: no default route, and no endpoint for ${lacking.join(', ')}`,
      'give it a route to an internet gateway or a NAT gateway, or the endpoints of docs/infrastructure.md (Private subnets): s3 as a gateway in its route table, the others with private DNS',
    );
  }
  if (image !== undefined && !/\.dkr\.ecr[.-]/.test(image)) {
    return way(
      'problem',
      `it reaches ECR only, and ${image} is not there`,
      "copy kaniko's image to ECR and deploy the builder stack with KanikoImage (docs/infrastructure.md, Private subnets)",
    );
  }
  const secrets = ENDPOINTS.secrets.filter((service) => !hasInterface(service));
  if (secrets.length > 0) {
    return way(
      'warning',
      `no endpoint for ${secrets.join(', ')}: tasks with secrets from there cannot start`,
      'add interface endpoints with private DNS for them, unless no build and no service has secrets',
    );
  }
  return way('ok', 'by endpoints to AWS alone', '');
}
