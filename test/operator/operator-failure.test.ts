import { operatorFailure } from '../../helper/src/operator/operator-failure.ts';

const error = (code: string, message: string, status = 0) =>
  Object.assign(new Error(message), { name: code, code, $metadata: status === 0 ? {} : { httpStatusCode: status } });
const notFound = (region: string) => error('ENOTFOUND', `getaddrinfo ENOTFOUND cloudformation.${region}.amazonaws.com`);

for (const [what, thrown, region, words] of [
  ['a misspelt region', notFound('eu-wset-1'), 'eu-wset-1', /is eu-wset-1 a region \(did you mean eu-west-1\?\)/],
  [
    'a region without the service',
    notFound('eu-west-1'),
    'eu-west-1',
    /is eu-west-1 a region, and does it have that s/,
  ],
  ['no network', error('EAI_AGAIN', 'getaddrinfo EAI_AGAIN x'), 'eu-west-1', /without network or DNS/],
  ['a region unknown to the SDK', error('EndpointError', 'Invalid Configuration'), 'x-y-1', /is x-y-1 a region/],
  [
    'a region that is not enabled',
    error('UnrecognizedClientException', 'The security token included in the request is invalid.', 403),
    'ap-southeast-4',
    /in ap-southeast-4: check the access key, and whether the account has that region enabled/,
  ],
  [
    'a type of resource that the builder can do without',
    error(
      'ValidationError',
      'Template format error: Unrecognized resource types: [AWS::ECR::RepositoryCreationTemplate]',
    ),
    'eu-west-1',
    /can be left out: --builder-parameters RepositoryTemplates=false$/,
  ],
  [
    'types of resources that it cannot do without',
    error('ValidationError', 'Unrecognized resource types: [AWS::ECR::RepositoryCreationTemplate, AWS::ECS::Cluster]'),
    'eu-west-1',
    /take another region/,
  ],
  [
    'a change set that another update has made void',
    error('InvalidChangeSetStatus', 'ChangeSet [arn] cannot be executed in its current execution status of [OBSOLETE]'),
    'eu-west-1',
    /someone else changes this stack/,
  ],
  ['a refusal', error('AccessDenied', 'not authorized', 403), 'eu-west-1', /must be allowed what the evidence names/],
] as const)
  test(what, () => {
    const failure = operatorFailure(thrown, 'list the stacks', region);
    expect(failure).toMatchObject({ category: 'aws', message: 'could not list the stacks' });
    expect(failure.hint).toMatch(words);
    expect(failure.evidence[0]).toContain(thrown.message);
  });
