import { action } from '../../action.ts';
import type { JsonObject } from '../../json-values.ts';
import type { Repository } from '../../state/ecr.ts';
import type { Place } from '../../state/place.ts';

/** Lists the repositories that are named, each of which must exist. Without names it lists all, a hundred on a page. */
export const DescribeRepositories = action('ecr', 'DescribeRepositories', (input, { ecr, place }) => {
  const names = input.texts('repositoryNames');
  const all = names.length > 0 ? names.map((name) => ecr.repository(name)) : [...ecr.repositories.values()];
  const from = Number(input.text('nextToken') ?? 0);
  const end = from + (input.number('maxResults') ?? 100);
  return {
    repositories: all.slice(from, end).map((one) => describeRepository(one, place)),
    nextToken: end < all.length ? String(end) : undefined,
  };
});

export function describeRepository({ name, createdAt }: Repository, { account, region }: Place): JsonObject {
  return {
    repositoryArn: `arn:aws:ecr:${region}:${account}:repository/${name}`,
    registryId: account,
    repositoryName: name,
    repositoryUri: `${account}.dkr.ecr.${region}.amazonaws.com/${name}`,
    createdAt: new Date(createdAt),
    imageTagMutability: 'MUTABLE',
  };
}
