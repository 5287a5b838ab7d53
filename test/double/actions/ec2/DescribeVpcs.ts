import { action } from '../../action.ts';

export const DescribeVpcs = action('ec2', 'DescribeVpcs', (_, { ec2 }) => ({ vpcSet: ec2.vpcs }));
