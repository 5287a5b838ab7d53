import type { KnownError } from './error-facts.ts';

/** Errors about the sources: the context in S3, the Dockerfile, and files that COPY or ADD do not find. */
export const CONTEXT_ERRORS: readonly KnownError[] = [
  {
    when: /error resolving source context: (.*)$/,
    say: ({ match, error }) => {
      const why = match[1] ?? '';
      if (/gzip: invalid header|unexpected EOF|archive\/tar|flate: /.test(error)) {
        return {
          category: 'aws',
          message: `the build context in S3 is not what was uploaded: ${why}`,
          hint: 'run it again: the context is then uploaded anew; if this stays, look at what else writes to the bucket',
        };
      }
      if (/NoSuchKey|NoSuchBucket|StatusCode: 404/.test(error)) {
        return {
          category: 'aws',
          message: 'the build context is no longer in S3',
          hint: "run it again; if this stays, check the bucket's lifecycle rule (contexts/ is kept for 14 days) and that bucket and region are the builder's",
        };
      }
      if (/AccessDenied|StatusCode: 403/.test(error)) {
        return {
          category: 'aws',
          message: 'kaniko may not read the build context from S3',
          hint: "the builder's task role needs s3:GetObject on the bucket's contexts/*, and kms:Decrypt where it has a key of its own",
        };
      }
      return {
        category: 'aws',
        message: 'kaniko could not fetch the build context from S3',
        hint: "check the way to S3 from the builder's subnets, and the region of the bucket",
      };
    },
  },
  {
    when: /error resolving dockerfile path/,
    say: ({ requested }) => ({
      category: 'build',
      message: `there is no ${requested.dockerfile} in the build context`,
      hint: "name it relative to the context: kanikoBuild(..., dockerfile: 'docker/Dockerfile'), and the folder that is sent: context: 'services/shop'",
    }),
  },
  {
    when: /error building image: parsing dockerfile: (?:dockerfile parse error (?:on )?)?(.*)$/,
    say: ({ match, requested }) => ({
      category: 'build',
      message: `${requested.dockerfile} cannot be read: ${match[1]}`,
      hint: 'mend that line of it',
    }),
  },
  {
    when: /error finding target stage: "?([^"]*)"? is not a valid/,
    say: ({ match, requested }) => ({
      category: 'build',
      message: `${requested.dockerfile} has no stage named ${match[1]}`,
      hint: 'target must name a stage: FROM ... AS NAME',
    }),
  },
  {
    when: /failed to get files used from context: (.*)$/,
    say: ({ match }) => {
      const path = /\/kaniko\/buildcontext\/ctx\/(.*?): /.exec(match[1] ?? '')?.[1];
      return {
        category: 'build',
        message:
          path === undefined
            ? `COPY or ADD cannot take its files from the context: ${match[1]}`
            : `COPY or ADD: ${path} is not in the build context`,
        hint: 'check the path (relative to the context, upper and lower case) and whether .dockerignore or the parameter ignore leaves it out',
      };
    },
  },
];
