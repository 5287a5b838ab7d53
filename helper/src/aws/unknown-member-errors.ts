/** The unknown members that a request carried, by the error that the request ended with. */
const unknownMembers = new WeakMap<object, readonly string[]>();

/** Notes which members a failed request carried that the SDK does not know. */
export function noteUnknownMembers(error: unknown, members: readonly string[]): void {
  if (typeof error === 'object' && error !== null && members.length > 0) unknownMembers.set(error, members);
}

/** The unknown members of a refused request, in words, and what to do about them. */
interface RefusedMembers {
  /** Follows the sentence about what could not be done: `: ECS refuses ...`; empty where ECS may mean something else. */
  why: string;
  hint: string | undefined;
  evidence: readonly string[];
}

/** The codes by which ECS refuses a request's content. */
const REFUSALS = /^(ClientException|SerializationException|InvalidParameterException|ValidationException)$/;

/**
 * Explains the refusal of a request that carried unknown members.
 * @returns undefined where it carried none, or the error is of another kind
 */
export function explainUnknownMembers(error: unknown, code: string, message: string): RefusedMembers | undefined {
  const members = typeof error === 'object' && error !== null ? unknownMembers.get(error) : undefined;
  if (members === undefined || !REFUSALS.test(code)) return undefined;
  const words = message.toLowerCase().split(/[^\w$-]+/);
  const named = members.filter((member) => words.includes(lastOf(member).toLowerCase()));
  // ECS could not read the request at all: only an unknown member can cause that, since the SDK checks all others.
  const blamed = named.length > 0 || code !== 'SerializationException' ? named : members;
  const evidence = [`not known to this release of fargate-ci, and sent as found: ${members.join(', ')}`];
  if (blamed.length === 0) return { why: '', hint: undefined, evidence };
  return { why: `: ECS refuses ${blamed.join(', ')}`, hint: removalHint(blamed), evidence };
}

const lastOf = (member: string): string => member.replace(/^.*\./, '');

function removalHint(members: readonly string[]): string {
  const them = members.map(lastOf).join(', ');
  if (members.every((member) => member.startsWith('deploymentConfiguration.'))) {
    return `leave out rollback, minimumHealthy and maximumHealthy, so that the service's deploymentConfiguration stays untouched; or take ${them} out of it with the tool that put it there`;
  }
  return `take ${them} out where it comes from: out of the file that taskDefinition names; or, where there is none, write the revision to a file (aws ecs describe-task-definition), take it out there, and give that as taskDefinition once`;
}
