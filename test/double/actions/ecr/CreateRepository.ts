import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';
import { describeRepository } from './DescribeRepositories.ts';

/** The form of a repository's name, as ECR documents it. */
const NAME = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

export const CreateRepository = action('ecr', 'CreateRepository', (input, { ecr, place }) => {
  const name = input.need('repositoryName');
  if (name.length < 2 || name.length > 256 || !NAME.test(name)) {
    const where = `at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression'`;
    throw new AwsError('InvalidParameterException', `Invalid parameter ${where}`);
  }
  return { repository: describeRepository(ecr.create(name), place) };
});
