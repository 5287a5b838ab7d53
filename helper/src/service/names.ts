import { shortId } from '../fargate/links.ts';

/** True where both name one revision, whether by ARN or as `family:7`. */
export const sameRevision = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && b !== undefined && shortId(a) === shortId(b);
