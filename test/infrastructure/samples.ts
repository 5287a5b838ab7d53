import type { Sample } from './lint.ts';

/** The fewest parameters with which the rules of each template accept a stack. */
export const SAMPLES = {
  network: { parameters: {} },
  builder: { parameters: { VpcId: 'vpc-1', Subnets: 'subnet-1,subnet-2' } },
  jenkins: {
    parameters: {
      VpcId: 'vpc-1',
      Subnets: 'subnet-1,subnet-2',
      Cluster: 'fargate-ci',
      ControllerImage: '111122223333.dkr.ecr.ap-southeast-2.amazonaws.com/fargate-ci/jenkins-controller:1',
      Host: 'jenkins.example.com',
      HostedZoneId: 'Z0123456789ABC',
      LibraryRepository: 'https://github.com/acme/fargate-ci',
      CallerPolicyArn: 'arn:aws:iam::111122223333:policy/fargate-ci/caller',
    },
    subnets: { 'subnet-1': 'vpc-1', 'subnet-2': 'vpc-1', 'subnet-9': 'vpc-9' },
  },
  service: {
    parameters: {
      Name: 'shop',
      VpcId: 'vpc-1',
      ListenerArn: 'arn:aws:elasticloadbalancing:ap-southeast-2:111122223333:listener/app/ci/0123/4567',
      LoadBalancerSecurityGroup: 'sg-1',
      LoadBalancerDnsName: 'ci-1.ap-southeast-2.elb.amazonaws.com',
      LoadBalancerZoneId: 'Z1GM3OXH4ZPM65',
      Host: 'shop.example.com',
      Priority: '10',
    },
  },
} as const satisfies Record<string, Sample>;
