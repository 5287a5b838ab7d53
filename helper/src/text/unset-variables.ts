/** What Groovy's texts have in the place of a variable that is not set: "${env.NOPE}/shop" is null/shop. */
export const UNSET = 'null';

/** Why a name with such a part is refused. */
export const WHY_UNSET = 'a Groovy variable that is not set becomes the word null. Check those in it';

/** True where a whole part of a name, a path or an ARN is the word null. `nullable` and `fix-null` are names. */
export const hasUnsetPart = (name: string): boolean => name.split(/[/:]/).includes(UNSET);

/** The complaint about a name with such a part; `what` says whose it is: `"context"`, `secrets.npmrc`. */
export function unsetComplaint(what: string, name: string): string {
  const part = name === UNSET ? '' : ', with a part "null"';
  return `${what} is ${JSON.stringify(name)}${part}: ${WHY_UNSET}`;
}
