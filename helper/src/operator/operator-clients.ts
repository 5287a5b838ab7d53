import { ACMClient } from '@aws-sdk/client-acm';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EFSClient } from '@aws-sdk/client-efs';
import { IAMClient } from '@aws-sdk/client-iam';
import { Route53Client } from '@aws-sdk/client-route-53';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { STSClient } from '@aws-sdk/client-sts';
import { type AwsOptions, clientConfig, lazy } from '../aws/client-config.ts';
import { createAws } from '../aws/clients.ts';
import { reliableClient } from '../aws/reliable-client.ts';
import type { OperatorAws } from './operator-world.ts';

/** Few attempts, since a person waits for the answer. What lasts long is asked for again and again anyway. */
const ATTEMPTS = 5;

/** Makes the clients of an operator's command. Each client is made when it is first used. */
export function createOperatorAws(given: AwsOptions): OperatorAws {
  const options = { maxAttempts: ATTEMPTS, ...given };
  const config = clientConfig(options);
  const clients = {
    cloudFormation: lazy(() => reliableClient(new CloudFormationClient(config))),
    route53: lazy(() => reliableClient(new Route53Client(config))),
    acm: lazy(() => reliableClient(new ACMClient(config))),
    efs: lazy(() => reliableClient(new EFSClient(config))),
    iam: lazy(() => reliableClient(new IAMClient(config))),
    sts: lazy(() => reliableClient(new STSClient(config))),
    quotas: lazy(() => reliableClient(new ServiceQuotasClient(config))),
  };
  return withGetters(createAws(options), clients);
}

/** Adds properties to an object. The value of each is made when it is first read. */
function withGetters<Base extends object, More>(
  base: Base,
  makers: { readonly [Name in keyof More]: () => More[Name] },
): Base & Readonly<More> {
  for (const name in makers) Object.defineProperty(base, name, { get: makers[name], enumerable: true });
  // All properties are defined now. TypeScript cannot follow that through a loop.
  return base as Base & Readonly<More>;
}
