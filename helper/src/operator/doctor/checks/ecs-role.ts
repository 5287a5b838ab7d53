import { GetRoleCommand } from '@aws-sdk/client-iam';
import { awsErrorFacts } from '../../../aws/errors.ts';
import { ECS_LINKED_ROLE } from '../../account/linked-role.ts';
import type { CheckResult } from './check-result.ts';
import type { Connection } from './doctor-world.ts';

/** Checks whether the account has the service-linked role of ECS. */
export async function lookAtLinkedRole({ aws }: Connection, signal: AbortSignal): Promise<CheckResult<true>> {
  try {
    await aws.iam.send(new GetRoleCommand({ RoleName: ECS_LINKED_ROLE }), { abortSignal: signal });
    return { state: 'ok', finding: `${ECS_LINKED_ROLE} is there`, fact: true };
  } catch (error) {
    if (!/^NoSuchEntity/.test(awsErrorFacts(error).code)) throw error;
    return {
      state: 'problem',
      finding: `the account has no role ${ECS_LINKED_ROLE}: ECS can attach no network to a task`,
      hint: 'aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com',
    };
  }
}
