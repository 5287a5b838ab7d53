import { shortId } from '../../aws/arn.ts';
import { awsErrorFacts, isAccessDenied } from '../../aws/errors.ts';
import type { Definition, Revision } from '../revision.ts';

/** Tag of a revision that was registered as a copy of a deregistered one, to go back to it. Its value names the original. */
const COPY_TAG = 'fargate-ci:copy-of';

/** The original, `shop:1`, of a definition that is a copy; undefined for other definitions. */
export const originalRevision = (definition: Definition | undefined): string | undefined =>
  definition?.tags?.find(({ key }) => key === COPY_TAG)?.value;

/** The definition to register as a copy of a deregistered revision. A copy of a copy names the first original. */
export const copyOfRevision = ({ arn, definition }: Revision): Definition => ({
  ...withoutCopyTag(definition),
  tags: [
    ...(withoutCopyTag(definition).tags ?? []),
    { key: COPY_TAG, value: originalRevision(definition) ?? shortId(arn) },
  ],
});

/** The definition without the tag: a definition that is based on a copy is not a copy itself. */
export function withoutCopyTag(definition: Definition): Definition {
  const { tags, ...rest } = definition;
  const others = (tags ?? []).filter(({ key }) => key !== COPY_TAG);
  return others.length === 0 ? rest : { ...rest, tags: others };
}

/**
 * True where a copy cannot be registered because it may not be tagged. A copy is of use without its tag, too: only a later
 * rollback cannot tell that it is one.
 */
export const isCopyTagDenied = (error: unknown, definition: Definition): boolean =>
  isAccessDenied(error) &&
  /TagResource/.test(awsErrorFacts(error).message) &&
  originalRevision(definition) !== undefined;
