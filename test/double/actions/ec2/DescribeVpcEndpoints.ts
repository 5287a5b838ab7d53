import { action } from '../../action.ts';
import { filtered } from './filter.ts';

export const DescribeVpcEndpoints = action('ec2', 'DescribeVpcEndpoints', (input, { ec2 }) => ({
  vpcEndpointSet: filtered(ec2.endpoints, input, { 'vpc-id': 'vpcId' }),
}));
