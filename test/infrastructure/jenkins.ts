import { Deployed } from './deployed.ts';
import { SAMPLES } from './samples.ts';
import { readTemplate } from './template.ts';

export const template = readTemplate('infrastructure/jenkins.yaml');
export const { parameters, subnets } = SAMPLES.jenkins;
export const CERTIFICATE = 'arn:aws:acm:ap-southeast-2:111122223333:certificate/1';
export const GITHUB = 'arn:aws:secretsmanager:ap-southeast-2:111122223333:secret:github-AbCdEf';
/** The region and the account in an ARN. */
export const ACCOUNT = 'ap-southeast-2:111122223333';

/** The template with the fewest parameters that it needs, and these ones in addition. */
export const deployed = (given: Readonly<Record<string, string>> = {}): Deployed =>
  new Deployed(template, { ...parameters, ...given });

export const stack = deployed();
export const bare = deployed({
  BareImage: 'true',
  ControllerImage: 'jenkins/jenkins:2.333',
  IngressCidr: '203.0.113.0/24',
});
