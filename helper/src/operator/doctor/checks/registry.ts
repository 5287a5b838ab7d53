import { DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { awsErrorFacts } from '../../../aws/errors.ts';
import { credentialVariables } from '../../../kaniko/registry-credentials.ts';
import type { RegistryNamespace } from '../../../registry/destinations.ts';
import { registryIdOf } from '../../../registry/ecr.ts';
import type { CheckResult } from './check-result.ts';
import type { Connection } from './doctor-world.ts';

/**
 * Asks ECR for a repository that nobody has. "Not found" proves that the registry answers, and that these credentials may
 * ask for the builder's repositories.
 */
export async function lookAtEcr(
  { aws }: Connection,
  { host, path }: RegistryNamespace,
  signal: AbortSignal,
): Promise<CheckResult<true>> {
  const repository = `${path ? `${path}/` : ''}doctor-probe`;
  try {
    const command = new DescribeRepositoriesCommand({ ...registryIdOf(host), repositoryNames: [repository] });
    await aws.ecr.send(command, { abortSignal: signal });
  } catch (error) {
    if (awsErrorFacts(error).code !== 'RepositoryNotFoundException') throw error;
  }
  return { state: 'ok', finding: `ECR answers for ${host}/${path}`, fact: true };
}

/** The places where builds get credentials of a registry from. */
interface CredentialSources {
  /** The parameter registryCredentials: host -> name of a secret. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Names of the variables in kaniko's task definition. */
  readonly variables: readonly string[];
}

/** Checks whether builds have credentials for a registry that is not ECR. A secret is looked for, and never read. */
export async function lookAtCredential(
  { aws }: Connection,
  host: string,
  { secrets, variables }: CredentialSources,
  signal: AbortSignal,
): Promise<CheckResult<true>> {
  const { user, password } = credentialVariables(host);
  const given = Object.entries(secrets).find(([registry]) => credentialVariables(registry).user === user)?.[1];
  if (given === undefined) {
    if (variables.includes(user) && variables.includes(password)) {
      return { state: 'ok', finding: `kaniko's task definition has credentials for ${host}`, fact: true };
    }
    return {
      state: 'warning',
      category: 'usage',
      finding: `images go to ${host}, and no credentials for it were named: a push will be refused`,
      hint: `builds pass them: kanikoBuild(..., registryCredentials: ['${host}': 'SECRET']); name the secret here too, to have it checked: --registry-credentials ${host}=SECRET`,
      fact: true,
    };
  }
  try {
    const command = new DescribeSecretCommand({ SecretId: given });
    const { Name, DeletedDate } = await aws.secretsManager.send(command, { abortSignal: signal });
    if (DeletedDate === undefined)
      return { state: 'ok', finding: `the secret ${Name ?? given} for ${host} is there`, fact: true };
    return {
      state: 'problem',
      finding: `the secret ${given} for ${host} is being deleted`,
      hint: `aws secretsmanager restore-secret --secret-id ${given}`,
    };
  } catch (error) {
    if (awsErrorFacts(error).code !== 'ResourceNotFoundException') throw error;
    return {
      state: 'problem',
      finding: `there is no secret ${given} for ${host} in Secrets Manager`,
      hint: `create it, with JSON that has username and password: aws secretsmanager create-secret --name ${given} --secret-string file://credentials.json`,
    };
  }
}
