/** Groovy writes this word for a variable that is not set: "${env.NOPE}/shop" becomes null/shop. */
export const UNSET_WORD = 'null';

/** Why a name is refused that has this word as a part. */
export const UNSET_EXPLANATION = 'a Groovy variable that is not set becomes the word null. Check those in it';

/** True if a whole part of a name, a path or an ARN is the word null. In `nullable` and `fix-null` it is not. */
export const hasUnsetPart = (name: string): boolean => name.split(/[/:]/).includes(UNSET_WORD);

/** The complaint about a name with such a part. @param what whose name it is: `"context"`, `secrets.npmrc` */
export function unsetVariableComplaint(what: string, name: string): string {
  const part = name === UNSET_WORD ? '' : ', with a part "null"';
  return `${what} is ${JSON.stringify(name)}${part}: ${UNSET_EXPLANATION}`;
}
