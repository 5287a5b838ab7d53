import { isDockerHub } from '../registry/docker-hub.ts';

/** A variable of the task. ECS takes its value from a secret. */
export interface SecretVariable {
  name: string;
  valueFrom: string;
}

/** All host names of Docker Hub are one registry. kaniko matches suffixes: KANIKO_DOCKER_IO_USER covers index.docker.io. */
function hostName(host: string): string {
  return isDockerHub(host) ? 'docker.io' : host;
}

/** The two variables from which kaniko takes a registry's credentials: `KANIKO_<HOST>_USER` and `_PASSWORD`. A port keeps its colon. */
export function credentialVariables(host: string): { user: string; password: string } {
  const word = hostName(host).toUpperCase().replace(/[-.]/g, '_');
  return { user: `KANIKO_${word}_USER`, password: `KANIKO_${word}_PASSWORD` };
}

/** The ARN of a whole secret in Secrets Manager. To such an ARN ECS can add the name of a key in the secret's JSON. */
const SECRET_ARN = /^arn:[^:]+:secretsmanager:[^:]*:[^:]*:secret:[^:]+$/;

/** Everything that is wrong with registryCredentials (host -> secret's name), one sentence for each fault. */
export function credentialComplaints(credentials: Readonly<Record<string, string>>): string[] {
  const hosts = new Map<string, string>();
  return Object.entries(credentials).flatMap(([host, secret]) => {
    const complaints: string[] = [];
    if (!/^[A-Za-z0-9.-]+(:\d+)?$/.test(host)) {
      complaints.push(`registryCredentials: "${host}" is not a registry's host, for instance docker.io`);
    }
    const same = hosts.get(credentialVariables(host).user);
    if (same !== undefined) complaints.push(`registryCredentials: ${same} and ${host} are the same registry to kaniko`);
    hosts.set(credentialVariables(host).user, host);
    if (secret.trim() === '') {
      complaints.push(`registryCredentials: ${host} has no name of a secret`);
    } else if (secret.startsWith('/') || /^arn:[^:]+:ssm:/.test(secret)) {
      complaints.push(
        `registryCredentials: ${host}: ${secret} is an SSM parameter, and ECS cannot take username and password out of one: keep them as JSON in Secrets Manager`,
      );
    } else if (secret.startsWith('arn:') && !SECRET_ARN.test(secret)) {
      complaints.push(`registryCredentials: ${host}: ${secret} is not the ARN of a secret of Secrets Manager`);
    }
    return complaints;
  });
}

/**
 * The variables of a task for registry credentials.
 * @param secrets registry host -> ARN of a secret in Secrets Manager, JSON with `username` and `password`
 */
export function credentialSecrets(secrets: Readonly<Record<string, string>>): SecretVariable[] {
  return Object.entries(secrets).flatMap(([host, arn]) => {
    const { user, password } = credentialVariables(host);
    return [
      { name: user, valueFrom: `${arn}:username::` },
      { name: password, valueFrom: `${arn}:password::` },
    ];
  });
}
