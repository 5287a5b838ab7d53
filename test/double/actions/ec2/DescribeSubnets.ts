import { action } from '../../action.ts';
import { filtered } from './filter.ts';

export const DescribeSubnets = action('ec2', 'DescribeSubnets', (input, { ec2 }) => ({
  subnetSet: filtered(ec2.subnets, input, { 'subnet-id': 'subnetId', 'vpc-id': 'vpcId' }),
}));
