import { GetRoleCommand } from '@aws-sdk/client-iam';
import { awsErrorFacts } from '../../../aws/errors.ts';
import { LINKED_ROLE } from '../../account/linked-role.ts';
import type { Outcome } from '../check-runner.ts';
import type { Connection } from './doctor-world.ts';

export async function lookAtLinkedRole({ aws }: Connection, signal: AbortSignal): Promise<Outcome<true>> {
  try {
    await aws.iam.send(new GetRoleCommand({ RoleName: LINKED_ROLE }), { abortSignal: signal });
    return { state: 'ok', says: `${LINKED_ROLE} is there`, fact: true };
  } catch (error) {
    if (!/^NoSuchEntity/.test(awsErrorFacts(error).code)) throw error;
    return {
      state: 'problem',
      says: `the account has no role ${LINKED_ROLE}: ECS can attach no network to a task`,
      hint: 'aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com',
    };
  }
}
