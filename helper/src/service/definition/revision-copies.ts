import { shortId } from '../../aws/arn.ts';
import type { Definition, Revision } from '../revision.ts';

/** Tag of a revision that was registered to go back to another one, which had been deregistered; its value names that. */
const COPY_OF = 'fargate-ci:copy-of';

/** The revision, `shop:1`, of which this content is a copy; undefined for an original. */
export const originalRevision = (definition: Definition | undefined): string | undefined =>
  definition?.tags?.find(({ key }) => key === COPY_OF)?.value;

/** What to register in place of a revision with which nothing can be deployed any more. */
export const copyOfRevision = ({ arn, definition }: Revision): Definition => ({
  ...withoutCopyTag(definition),
  tags: [
    ...(withoutCopyTag(definition).tags ?? []),
    { key: COPY_OF, value: originalRevision(definition) ?? shortId(arn) },
  ],
});

/** A definition that is nobody's copy: what is built on one is something new. */
export function withoutCopyTag(definition: Definition): Definition {
  const { tags, ...rest } = definition;
  const kept = (tags ?? []).filter(({ key }) => key !== COPY_OF);
  return kept.length === 0 ? rest : { ...rest, tags: kept };
}
