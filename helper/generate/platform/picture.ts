import type { TemplateTexts } from '../../src/operator/operator-world.ts';
import { Facts, type Place, type Stack } from './facts.ts';
import { arrow, box, frame, legend, note, svg } from './shapes.ts';

const COLOURS: Readonly<Record<Stack, string>> = {
  network: '#475569',
  builder: '#b45309',
  jenkins: '#1d4ed8',
  service: '#047857',
};

interface Box {
  readonly at: readonly [x: number, y: number, width: number, height: number];
  readonly title: string;
  readonly lines: readonly string[];
  /** The resource of a template that the box stands for. Left out for what no template makes. */
  readonly is?: Place;
}

/**
 * Draws what runs where, as an SVG. Addresses and ports are read from the templates, and it throws if a template does not
 * make, open or allow what the picture shows. An SVG and not Mermaid: Mermaid's layout draws edges through titles and
 * leaves no room for a legend.
 */
export function platformPicture(templates: TemplateTexts): string {
  const facts = new Facts(templates);
  const loadBalancer = 'LoadBalancerSecurityGroup';
  const https = facts.port(['jenkins', loadBalancer], 'IngressCidr');
  const jenkins = facts.port(['jenkins', 'ControllerSecurityGroup'], `${loadBalancer}.GroupId`);
  const home = facts.port(['jenkins', 'FileSystemSecurityGroup'], 'ControllerSecurityGroup.GroupId');
  const app = facts.port(['service', 'SecurityGroup'], loadBalancer);
  facts.allows(['builder', 'CallerPolicy'], 's3:PutObject');
  facts.allows(['builder', 'CallerPolicy'], 'ecs:RunTask');
  facts.allows(['builder', 'CallerPolicy'], 'ecs:UpdateService');
  facts.allows(['builder', 'CallerPolicy'], 'logs:GetLogEvents');
  facts.allows(['builder', 'BuilderTaskRole'], 's3:GetObject');
  facts.allows(['builder', 'BuilderTaskRole'], 'ecr:PutImage');
  const [vpc, first, second] = ['VpcCidr', 'Subnet1Cidr', 'Subnet2Cidr'].map((name) =>
    facts.parameter('network', name),
  );

  const boxes: readonly Box[] = [
    { at: [24, 214, 132, 58], title: 'Developers', lines: ['browser'] },
    { at: [24, 318, 132, 58], title: 'GitHub', lines: ['webhooks'] },
    {
      at: [240, 252, 172, 88],
      title: 'Load balancer',
      lines: ['HTTPS; 80 redirects', 'certificate, DNS record'],
      is: ['jenkins', 'LoadBalancer'],
    },
    {
      at: [462, 122, 168, 84],
      title: 'Jenkins',
      lines: ['ECS service, one task', 'the two steps run here'],
      is: ['jenkins', 'Service'],
    },
    {
      at: [462, 276, 112, 68],
      title: 'EFS',
      lines: ['JENKINS_HOME'],
      is: ['jenkins', 'FileSystem'],
    },
    {
      at: [462, 430, 168, 84],
      title: 'Your apps',
      lines: ['ECS services,', 'one target group each'],
      is: ['service', 'TargetGroup'],
    },
    {
      at: [704, 122, 180, 84],
      title: 'Builds',
      lines: ['kaniko on Fargate,', 'a task each, then gone'],
      is: ['builder', 'KanikoTask'],
    },
    {
      at: [976, 122, 176, 84],
      title: 'S3',
      lines: ['build contexts,', 'gone after 14 days'],
      is: ['builder', 'ContextBucket'],
    },
    { at: [976, 250, 176, 68], title: 'ECR', lines: ['images and caches'], is: ['builder', 'ImageTemplate'] },
    { at: [976, 350, 176, 68], title: 'CloudWatch Logs', lines: ['builds and apps'], is: ['builder', 'BuildLogGroup'] },
    {
      at: [976, 450, 176, 68],
      title: 'Secrets Manager',
      lines: ["Jenkins' first password"],
      is: ['jenkins', 'AdminSecret'],
    },
    {
      at: [976, 550, 176, 68],
      title: 'SSM parameters',
      lines: ['where all of this is'],
      is: ['builder', 'ClusterSetting'],
    },
  ];
  const days = facts.parameter('builder', 'ContextDays');
  if (days !== '14') throw new TypeError(`contexts expire after ${days} days: the picture says 14`);
  for (const { is } of boxes) if (is !== undefined) facts.resource(is);

  return svg(1200, 700, 'What runs where: the stacks of fargate-ci in one AWS account', [
    frame([200, 24, 976, 620], 'AWS account, one region', '#64748b'),
    frame([222, 66, 690, 556], `VPC ${vpc}, subnets ${first} and ${second} in two zones`, COLOURS.network),
    ...boxes.map(({ at, title, lines, is }) => box(at, title, lines, is === undefined ? '#475569' : COLOURS[is[0]])),
    arrow('156,243 190,243 190,280 240,280', { label: https, at: [173, 237] }),
    arrow('156,347 190,347 190,312 240,312', { label: https, at: [173, 341] }),
    arrow('326,252 326,164 462,164', { label: jenkins, at: [394, 157] }),
    arrow('326,340 326,472 462,472', { label: `app's port (${app})`, at: [393, 465] }),
    arrow('518,206 518,276', { label: home, at: [541, 246] }),
    arrow('602,206 602,430', { label: 'UpdateService,\nwatched', at: [652, 312] }),
    arrow('630,164 704,164', { label: 'RunTask', at: [667, 157] }),
    arrow('546,122 546,100 1064,100 1064,122', { label: 'the workspace, as a tar.gz', at: [1048, 93] }),
    arrow('976,164 884,164', { label: 'context', at: [942, 157] }),
    arrow('798,206 798,276 976,276', { label: 'image', at: [838, 269] }),
    arrow('976,298 724,298 724,456 630,456', { label: 'the same image, by digest', at: [814, 316] }),
    arrow('912,384 976,384', { label: 'every line', at: [943, 377] }),
    note(
      'All have public addresses, to call out by. Only the load balancer lets anyone in.',
      [238, 602],
      COLOURS.network,
    ),
    legend(
      [
        ['PREFIX-network', COLOURS.network],
        ['PREFIX-builder', COLOURS.builder],
        ['PREFIX-jenkins', COLOURS.jenkins],
        ['PREFIX-service-NAME', COLOURS.service],
      ],
      [222, 672],
    ),
  ]);
}
