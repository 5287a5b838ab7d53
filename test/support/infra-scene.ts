import { type Double, startDouble } from '../double/double.ts';
import { seedBuilder } from '../double/scripts/builder-fixtures.ts';
import { task } from '../double/scripts/task-scripts.ts';
import { digestOfText } from '../double/state/ecr.ts';

/** The outputs of the stacks in the double. */
export const OUTPUTS = {
  'fargate-ci-network': { VpcId: 'vpc-0a1b2c', Subnets: 'subnet-0a1,subnet-0b2' },
  'fargate-ci-builder': {
    Cluster: 'fargate-ci',
    Bucket: 'fargate-ci-contexts',
    CallerPolicyArn: 'arn:aws:iam::172173733067:policy/fargate-ci/caller',
  },
  'fargate-ci-jenkins': {
    Url: 'https://jenkins.example.com/',
    AdminSecretArn: 'arn:aws:secretsmanager:ap-southeast-2:172173733067:secret:fargate-ci/jenkins/admin-AbCdEf',
    LoadBalancerDnsName: 'fargate-ci-1.ap-southeast-2.elb.amazonaws.com',
    FileSystemId: 'fs-0123456789abcdef0',
    ServiceName: 'jenkins',
  },
  'fargate-ci-service-shop': {
    Url: 'https://shop.example.com',
    TargetGroupArn: 'arn:aws:elasticloadbalancing:tg/shop',
  },
} as const;

/** Two statements of the caller policy. */
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'ReadSettings',
      Effect: 'Allow',
      Action: 'ssm:GetParametersByPath',
      Resource: ['arn:aws:ssm:...:parameter/fargate-ci'],
    },
    {
      Sid: 'FindSecrets',
      Effect: 'Allow',
      Action: 'secretsmanager:DescribeSecret',
      Resource: 'arn:aws:secretsmanager:...',
    },
  ],
});

const REPOSITORY = 'fargate-ci/jenkins-controller';

/**
 * An account that has a domain, and that has used ECS before. Stacks and builds leave in it what they leave on AWS: settings,
 * policy, load balancer, image.
 */
export async function emptyAccount(): Promise<Double> {
  const double = await startDouble();
  double.iam.createRole('AWSServiceRoleForECS', '/aws-service-role/ecs.amazonaws.com/');
  double.route53.zones.push({ id: 'Z0EXAMPLE', name: 'example.com', isPrivate: false });
  for (const [stack, outputs] of Object.entries(OUTPUTS)) double.cloudFormation.outputs(stack, outputs);
  double.cloudFormation.whenEnded(({ name, status }) => {
    if (name === 'fargate-ci-builder' && /^(CREATE|IMPORT|UPDATE)_COMPLETE$/.test(status)) seedBuilder(double);
    if (name === 'fargate-ci-builder') double.iam.policies.set(OUTPUTS['fargate-ci-builder'].CallerPolicyArn, POLICY);
    if (name === 'fargate-ci-builder' && status === 'DELETE_COMPLETE') {
      for (const one of double.ssm.parameters.keys()) if (!one.includes('/kept/')) double.ssm.parameters.delete(one);
    }
    if (name === 'fargate-ci-jenkins' && status === 'CREATE_COMPLETE') makeLoadBalancer(double);
  });
  const line = (text: string) => JSON.stringify({ level: 'info', msg: text, time: '2026-11-22T03:00:00Z' });
  double.on('RunTask', (input) => {
    const tag = /jenkins-controller:([0-9a-f]{12})/.exec(JSON.stringify(input))?.[1] ?? '';
    double.ecr.push(REPOSITORY, tag, digestOfText('controller'));
  });
  const pushed = `172173733067.dkr.ecr.ap-southeast-2.amazonaws.com/${REPOSITORY}`;
  double.ecs.tasks.script(task({ lines: [line(`Pushed ${pushed}@${digestOfText('controller')}`)] }));
  return double;
}

/** The load balancer of the jenkins stack, and the settings that tell of it. */
function makeLoadBalancer(double: Double): void {
  double.elbv2.expose({ name: 'fargate-ci', protocol: 'HTTPS', hosts: ['jenkins.example.com'] });
  const [listener] = double.elbv2.listeners;
  double.ssm.put('/fargate-ci/load-balancer/listener', listener?.arn ?? '');
  double.ssm.put('/fargate-ci/load-balancer/dns-name', OUTPUTS['fargate-ci-jenkins'].LoadBalancerDnsName);
  double.ssm.put('/fargate-ci/load-balancer/zone-id', 'Z1LB');
  double.ssm.put('/fargate-ci/load-balancer/security-group', 'sg-0a1b');
  double.ssm.put('/fargate-ci/load-balancer/vpc', 'vpc-0a1b2c');
}
