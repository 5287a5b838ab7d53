import { isMap, parseDocument, visit } from 'yaml';
import { Failure } from '../../failure.ts';
import type { Template } from './templates.ts';

/** The most bytes of a template that CloudFormation takes within a request. */
export const TEMPLATE_BODY_LIMIT = 51_200;

/**
 * A template's text as it is sent: without its comments where it is too long with them.
 * @throws Failure `internal` where it is too long even so; a test makes sure that none of ours is
 */
export function bodyToSend({ name, body }: Pick<Template, 'name' | 'body'>): string {
  if (Buffer.byteLength(body) <= TEMPLATE_BODY_LIMIT) return body;
  const document = parseDocument(body, { logLevel: 'silent' });
  document.commentBefore = null;
  document.comment = null;
  visit(document, {
    Node: (_, node) => {
      node.comment = null;
      node.commentBefore = null;
      node.spaceBefore = false;
    },
  });
  document.deleteIn(['Metadata']);
  const shortened = document.toString({ lineWidth: 0, indent: 1, indentSeq: false, flowCollectionPadding: false });
  if (Buffer.byteLength(shortened) <= TEMPLATE_BODY_LIMIT) return shortened;
  throw new Failure(
    'internal',
    `the template ${name}.yaml has more than ${TEMPLATE_BODY_LIMIT} bytes, also without comments`,
  );
}

/** A template with one resource alone, for the import of that resource: an import can add nothing else. */
export function bodyOfOneResource({ body }: Pick<Template, 'body'>, id: string): string {
  const document = parseDocument(body, { logLevel: 'silent' });
  for (const section of ['Metadata', 'Rules', 'Conditions', 'Outputs']) document.delete(section);
  const resources = document.get('Resources');
  if (!isMap(resources) || !resources.has(id)) throw new TypeError(`the template has no resource ${id}`);
  for (const { key } of [...resources.items]) if (String(key) !== id) resources.delete(key);
  return document.toString({ lineWidth: 0 });
}
