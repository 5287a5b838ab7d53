import { action } from '../../action.ts';

/** All zones from a name on, in Route 53's order: by the labels from last to first. */
export const ListHostedZonesByName = action('route53', 'ListHostedZonesByName', (input, { route53 }) => {
  const order = (name: string) => name.split('.').reverse().join('.');
  const from = order(input.text('dnsname') ?? '');
  const zones = route53.zones
    .filter(({ name }) => order(`${name}.`) >= from)
    .sort((a, b) => (order(a.name) < order(b.name) ? -1 : 1))
    .slice(0, Number(input.text('maxitems') ?? 100));
  return {
    HostedZones: zones.map(({ id, name, isPrivate }) => ({
      Id: `/hostedzone/${id}`,
      Name: `${name}.`,
      CallerReference: id,
      Config: { PrivateZone: isPrivate },
    })),
    IsTruncated: false,
    MaxItems: '100',
  };
});
