import { getHostHeaderPlugin, partition } from '@aws-sdk/core/client';
import { AwsSdkSigV4Signer, resolveAwsSdkSigV4Config } from '@aws-sdk/core/httpAuthSchemes';
import { AwsEc2QueryProtocol } from '@aws-sdk/core/protocols';
import { DefaultIdentityProviderConfig, getHttpAuthSchemePlugin, getHttpSigningPlugin } from '@smithy/core';
import { Sha256 } from '@smithy/core/checksum';
import { Client } from '@smithy/core/client';
import { getContentLengthPlugin, parseUrl } from '@smithy/core/protocols';
import { getRetryPlugin, type RetryInputConfig, resolveRetryConfig } from '@smithy/core/retry';
import { getSchemaSerdePlugin } from '@smithy/core/schema';
import { calculateBodyLength, fromBase64, fromUtf8, toBase64, toUtf8 } from '@smithy/core/serde';
import { type NodeHttpHandler, streamCollector } from '@smithy/node-http-handler';
import type {
  AwsCredentialIdentity,
  AwsCredentialIdentityProvider,
  HttpAuthScheme,
  HttpHandlerOptions,
  Logger,
  MetadataBearer,
} from '@smithy/types';

/** Region, credentials and retries of the client: see client-config.ts. */
interface Ec2Config extends RetryInputConfig {
  readonly region: string;
  readonly credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  readonly requestHandler: NodeHttpHandler;
  readonly logger: Logger;
  /** A stand-in's address; AWS' own where left out. */
  readonly endpoint?: string;
}

const VERSION = '2016-11-15';
const NAMESPACE = 'com.amazonaws.ec2';
const SIGV4 = 'aws.auth#sigv4';

const SIGNED: HttpAuthScheme = {
  schemeId: SIGV4,
  identityProvider: (identities) => identities.getIdentityProvider(SIGV4),
  signer: new AwsSdkSigV4Signer(),
};

/** Neither FIPS' endpoints nor those of IPv6 are used. */
const no = async (): Promise<boolean> => false;

/**
 * EC2's client, put together from the SDK's parts as its generated clients are. The generated one would add 561 kB to
 * the bundle: none of its schemas can be left out.
 */
export class Ec2Client extends Client<HttpHandlerOptions, object, MetadataBearer, ReturnType<typeof resolved>> {
  constructor(given: Ec2Config) {
    super(resolved(given));
    const stack = this.middlewareStack;
    stack.use(getSchemaSerdePlugin(this.config));
    stack.use(getRetryPlugin(this.config));
    stack.use(getContentLengthPlugin(this.config));
    stack.use(getHostHeaderPlugin(this.config));
    stack.use(
      getHttpAuthSchemePlugin(this.config, {
        httpAuthSchemeParametersProvider: async () => ({ operation: '' }),
        identityProviderConfigProvider: async ({ credentials }) =>
          new DefaultIdentityProviderConfig({ [SIGV4]: credentials }),
      }),
    );
    stack.use(getHttpSigningPlugin(this.config));
  }
}

function resolved(given: Ec2Config) {
  const { region, endpoint = `https://ec2.${region}.${partition(region).dnsSuffix}` } = given;
  const config = {
    ...given,
    apiVersion: VERSION,
    serviceId: 'EC2',
    signingName: 'ec2',
    endpoint: async () => parseUrl(endpoint),
    protocol: new AwsEc2QueryProtocol({
      defaultNamespace: NAMESPACE,
      xmlNamespace: `http://ec2.amazonaws.com/doc/${VERSION}`,
      version: VERSION,
    }),
    httpAuthSchemes: [SIGNED],
    httpAuthSchemeProvider: () => [
      {
        schemeId: SIGV4,
        propertiesExtractor: (config: object, context: object) => ({ signingProperties: { config, context } }),
      },
    ],
    base64Decoder: fromBase64,
    base64Encoder: toBase64,
    utf8Decoder: fromUtf8,
    utf8Encoder: toUtf8,
    bodyLengthChecker: calculateBodyLength,
    streamCollector,
    urlParser: parseUrl,
    sha256: Sha256,
    disableHostPrefix: false,
    retryMode: 'standard',
    useDualstackEndpoint: no,
    useFipsEndpoint: no,
  };
  return resolveAwsSdkSigV4Config(resolveRetryConfig(config));
}
