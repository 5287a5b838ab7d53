import { changedContainer, registerBuilder, testBrokenSetups } from '../../support/broken-setups.ts';
import { recorded } from '../../support/recorded-logs.ts';

testBrokenSetups({
  'a cluster that is not there': {
    surroundings: { options: { cluster: 'other' } },
    unhealthy: { cluster: 'problem' },
    says: ['cluster', /there is no cluster other/],
    exit: 30,
  },
  'a cluster that is being deleted': {
    breaks: (d) => d.ecs.clusterFields.set('fargate-ci', { status: 'DEPROVISIONING' }),
    unhealthy: { cluster: 'problem' },
    says: ['cluster', /is DEPROVISIONING/],
    exit: 30,
  },
  'a cluster without Spot': {
    breaks: (d) => d.ecs.clusterFields.set('fargate-ci', { capacityProviders: [] }),
    unhealthy: { cluster: 'warning' },
    says: ['cluster', /no capacity provider FARGATE_SPOT/, /--capacity-providers FARGATE FARGATE_SPOT /],
    exit: 0,
  },
  'no task definition': {
    surroundings: { env: { FARGATE_CI_BUILDER_FAMILY: 'nobody' } },
    unhealthy: { 'task definition': 'problem', 'build log': 'skipped' },
    says: ['task definition', /no active task definition nobody/],
    exit: 30,
  },
  'a task definition of something else': {
    breaks: (d) => registerBuilder(d, changedContainer({ name: 'web' })),
    unhealthy: { 'task definition': 'problem', 'build log': 'skipped' },
    says: ['task definition', /fargate-ci-kaniko:2 has no container named kaniko, only web/],
    exit: 30,
  },
  'a log that nobody can follow': {
    breaks: (d) => registerBuilder(d, changedContainer({ logConfiguration: { logDriver: 'splunk' } })),
    unhealthy: { 'task definition': 'problem', 'build log': 'skipped' },
    says: ['task definition', /its log driver is splunk, not awslogs/, /no awslogs-group/],
    exit: 30,
  },
  'a log that may lose lines, an image of any version': {
    breaks: (d) =>
      registerBuilder(
        d,
        changedContainer({
          image: 'gcr.io/kaniko-project/executor:latest',
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': '/fargate-ci/kaniko',
              'awslogs-region': 'ap-southeast-2',
              'awslogs-stream-prefix': 'build',
            },
          },
        }),
      ),
    unhealthy: { 'task definition': 'warning' },
    says: ['task definition', /not mode: blocking/, /given up in 2025/, /no fixed version/],
    exit: 0,
  },
  'a kaniko that does not know the flags of its cache, and a flag that is off': {
    breaks: (d) =>
      registerBuilder(
        d,
        changedContainer({
          image: 'ghcr.io/osscontainertools/kaniko:v1.27.0',
          environment: [
            { name: 'FF_KANIKO_ROLLING_CACHE_KEY', value: 'false' },
            { name: 'FF_KANIKO_COPY_AS_ROOT', value: 'false' },
          ],
        }),
      ),
    unhealthy: { 'task definition': 'warning' },
    says: [
      'task definition',
      /kaniko:v1\.27\.0 is older than 1\.28/,
      /it does not set FF_KANIKO_ROLLING_CACHE_KEY to true: builds do/,
    ],
    exit: 0,
  },
  'a newest build without the fixes of its cache': {
    breaks: (d) => {
      const put = (stream: string, lines: readonly string[], timestamp: number) => {
        for (const message of lines)
          d.logs.put('/fargate-ci/kaniko', `build/kaniko/${stream}`, { visibleAt: 0, timestamp, message });
      };
      put('new', recorded('stale-heredoc').lines, 2);
      put('old', recorded('stages-cached').lines, 1);
      d.logs.script({ empty: [{ before: 0, pages: 2 }] });
    },
    unhealthy: { 'build log': 'warning' },
    says: ['build log', /the newest build, build\/kaniko\/new, had not all fixes/, /RESOLVE_CACHE_KEY/],
    exit: 0,
  },
  'a bucket that is not there': {
    surroundings: { env: { FARGATE_CI_BUCKET: 'gone' } },
    unhealthy: { bucket: 'problem' },
    says: ['bucket', /there is no bucket gone/],
    exit: 30,
  },
  'a bucket of another region': {
    breaks: (d) => d.s3.createBucket('fargate-ci-contexts', 'eu-west-1'),
    unhealthy: { bucket: 'problem' },
    says: ['bucket', /is in eu-west-1, not in ap-southeast-2/],
    exit: 30,
  },
  'a bucket that may not be looked at': {
    breaks: (d) => d.fault({ action: 'HeadBucket', fault: { kind: 'access-denied' } }),
    unhealthy: {},
    says: ['bucket', /^fargate-ci-contexts is there; contexts can be written$/m],
    exit: 0,
  },
  'a bucket that may not be looked at, for another principal': {
    breaks: (d) => d.fault({ action: 'HeadBucket', fault: { kind: 'access-denied' } }),
    surroundings: { options: { principal: 'arn:aws:iam::172173733067:role/ci' } },
    unhealthy: { bucket: 'unknown' },
    says: ['bucket', /may not see whether fargate-ci-contexts is there/, /allow s3:ListBucket on/],
    exit: 0,
  },
  'a bucket that lets these credentials do nothing, whatever IAM says': {
    breaks(d) {
      d.fault({ action: 'HeadBucket', fault: { kind: 'access-denied' } });
      d.fault({ action: 'AbortMultipartUpload', fault: { kind: 'access-denied' } });
    },
    unhealthy: { bucket: 'problem' },
    says: ['bucket', /may not send contexts to it/, /another account's, or its policy refuses/],
    exit: 30,
  },
  'a cluster that is gone, and may not be described': {
    breaks(d) {
      d.fault({ action: 'DescribeClusters', fault: { kind: 'access-denied' } });
      d.fault({ action: 'ListTasks', fault: { kind: 'error', code: 'ClusterNotFoundException', message: 'none' } });
    },
    unhealthy: { cluster: 'problem' },
    says: ['cluster', /there is no cluster fargate-ci in this account/],
    exit: 30,
  },
  'a log group that is gone, and may not be described': {
    breaks: (d) => d.fault({ action: 'DescribeLogGroups', times: 2, fault: { kind: 'access-denied' } }),
    surroundings: { env: { FARGATE_CI_APP_LOG_GROUP: '/fargate-ci/app' } },
    unhealthy: { 'service log': 'problem' },
    says: ['service log', /there is no log group \/fargate-ci\/app/],
    exit: 30,
  },
  'a bucket that cannot be written to': {
    breaks: (d) => d.iam.refuse('s3:PutObject'),
    unhealthy: { permissions: 'problem', bucket: 'problem' },
    says: ['bucket', /s3:PutObject on fargate-ci-contexts\/contexts\/\* is refused/],
    exit: 30,
  },
  'a log group that is gone': {
    surroundings: { env: { FARGATE_CI_APP_LOG_GROUP: '/fargate-ci/app' } },
    unhealthy: { 'service log': 'problem' },
    says: ['service log', /there is no log group \/fargate-ci\/app:/],
    exit: 30,
  },
  'a log group that keeps its lines for ever': {
    breaks: (d) => d.logs.retention.delete('/fargate-ci/kaniko'),
    unhealthy: { 'build log': 'warning' },
    says: ['build log', /for ever/, /put-retention-policy/],
    exit: 0,
  },
});
