import { action } from '../../action.ts';

export const DescribeClusters = action('ecs', 'DescribeClusters', (input, { ecs }) => {
  const names = input.texts('clusters').map((name) => name.replace(/^.*\//, ''));
  const wanted = names.length > 0 ? names : ['default'];
  const known = wanted.filter((name) => ecs.hasCluster(name));
  return {
    clusters: known.map((clusterName) => ({
      clusterName,
      clusterArn: ecs.clusterArn(clusterName),
      status: 'ACTIVE',
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      ...ecs.clusterFields.get(clusterName),
    })),
    failures: wanted
      .filter((name) => !known.includes(name))
      .map((name) => ({ arn: ecs.clusterArn(name), reason: 'MISSING' })),
  };
});
