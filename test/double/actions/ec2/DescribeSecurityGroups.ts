import { action } from '../../action.ts';
import { filtered } from './filter.ts';

export const DescribeSecurityGroups = action('ec2', 'DescribeSecurityGroups', (input, { ec2 }) => ({
  securityGroupInfo: filtered(ec2.securityGroups, input, { 'group-id': 'groupId' }),
}));
