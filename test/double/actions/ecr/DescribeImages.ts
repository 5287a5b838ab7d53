import { action } from '../../action.ts';
import type { Fields } from '../../action-parameters.ts';
import { AwsError } from '../../errors.ts';
import type { Repository } from '../../state/ecr.ts';

/** Describes the images that are named by tag or digest, each of which must exist. Without names it describes all. */
export const DescribeImages = action('ecr', 'DescribeImages', (input, { ecr, place }) => {
  const repository = ecr.repository(input.need('repositoryName'));
  const ids = input.objects('imageIds');
  const images = ids.length > 0 ? ids.map((id) => find(repository, id)) : repository.images;
  return {
    imageDetails: images.map((one) => ({
      registryId: place.account,
      repositoryName: repository.name,
      imageDigest: one.digest,
      imageTags: one.tags.length > 0 ? one.tags : undefined,
      imageSizeInBytes: 12_345_678,
      imagePushedAt: new Date(one.pushedAt),
      imageManifestMediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    })),
  };
});

function find(repository: Repository, id: Fields) {
  const [tag, digest] = [id.text('imageTag'), id.text('imageDigest')];
  const found = repository.images.find(
    (one) => (tag === undefined || one.tags.includes(tag)) && (digest === undefined || one.digest === digest),
  );
  if (found) return found;
  const what = `{imageDigest:'${digest ?? 'null'}', imageTag:'${tag ?? 'null'}'}`;
  throw new AwsError('ImageNotFoundException', `The image with imageId ${what} does not exist within the repository`);
}
