import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';

export const GetHostedZone = action('route53', 'GetHostedZone', (input, { route53 }) => {
  const id = input.need('Id');
  const zone = route53.zones.find((one) => one.id === id);
  if (zone === undefined) throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${id}`, 404);
  return {
    HostedZone: {
      Id: `/hostedzone/${id}`,
      Name: `${zone.name}.`,
      CallerReference: id,
      Config: { PrivateZone: zone.isPrivate },
    },
  };
});
