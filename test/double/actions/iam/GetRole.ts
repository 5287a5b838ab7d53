import { action } from '../../action.ts';

export const GetRole = action('iam', 'GetRole', (input, { iam, place }) => {
  const name = input.need('RoleName');
  const arn = iam.role(name);
  return {
    Role: {
      Path: arn.replace(/^.*:role/, '').slice(0, -name.length),
      RoleName: name,
      RoleId: 'AROAEXAMPLE',
      Arn: arn,
      CreateDate: new Date(place.clock.now()),
    },
  };
});
