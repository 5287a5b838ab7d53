// A Node program with the usual packages: node-tar makes and compresses the archive, lib-storage's Upload sends it.
import { PassThrough } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { create } from 'tar';

const [folder = '.', endpoint = '', bucket = '', key = ''] = process.argv.slice(2);
const client = new S3Client({ endpoint, forcePathStyle: true });
const Body = new PassThrough();
create({ gzip: true, cwd: folder }, ['.']).pipe(Body);
await new Upload({ client, params: { Bucket: bucket, Key: key, Body } }).done();
