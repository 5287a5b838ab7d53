import type { S3Action } from '../../s3-action.ts';
import { toXml } from '../../wire/xml.ts';

/** Lists keys in their order, a thousand on a page. Delimiters are not known. */
export const ListObjectsV2: S3Action = {
  name: 'ListObjectsV2',
  method: 'GET',
  matches: ({ key, query }) => key === '' && !query.has('uploads'),
  run({ bucket, query }, { s3 }) {
    const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
    const prefix = query.get('prefix') ?? '';
    const size = Math.min(Number(query.get('max-keys') ?? 1000), 1000);
    const found = [...s3.bucket(bucket)]
      .filter(([key]) => key.startsWith(prefix) && key > after)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const page = found.slice(0, size);
    const more = found.length > size;
    const Contents = page.map(([Key, { body, etag, modifiedAt }]) => ({
      Key,
      ETag: `"${etag}"`,
      Size: body.length,
      LastModified: new Date(modifiedAt),
    }));
    const next = more ? { NextContinuationToken: page.at(-1)?.[0] } : {};
    return {
      body: toXml(
        { ListBucketResult: { Name: bucket, KeyCount: page.length, IsTruncated: more, ...next, Contents } },
        '',
      ),
    };
  },
};
