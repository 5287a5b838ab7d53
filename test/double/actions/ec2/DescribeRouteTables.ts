import { action } from '../../action.ts';
import { filtered } from './filter.ts';

export const DescribeRouteTables = action('ec2', 'DescribeRouteTables', (input, { ec2 }) => ({
  routeTableSet: filtered(ec2.routeTables, input, { 'vpc-id': 'vpcId' }),
}));
