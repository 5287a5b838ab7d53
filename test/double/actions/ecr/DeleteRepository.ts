import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';

export const DeleteRepository = action('ecr', 'DeleteRepository', (input, { ecr }) => {
  const repository = ecr.repository(input.need('repositoryName'));
  if (repository.images.length > 0 && input.flag('force') !== true) {
    throw new AwsError('RepositoryNotEmptyException', 'The repository cannot be deleted because it contains images');
  }
  ecr.repositories.delete(repository.name);
  return {};
});
