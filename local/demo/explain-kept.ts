import { join, relative } from 'node:path';
import type { Cloud } from '../cloud/start-cloud.ts';
import { ROOT, STATE } from '../paths.mjs';

export interface KeptDemo {
  /** Name of the local cloud. */
  readonly cloudName: string;
  /** The load balancer's DNS name. */
  readonly host: string;
  /** Name of the service and its image. */
  readonly name: string;
  readonly port: number;
  /** The folder that was built, relative to the checkout. */
  readonly folder: string;
}

/** Prints how to go on with a demo that is kept running. */
export function explainKept(cloud: Cloud, { cloudName, host, name, port, folder }: KeptDemo): void {
  const exports = Object.entries(cloud.env).filter(([, value]) => value !== undefined);
  console.log(`\nIt stays. To go on, paste this into a shell in ${ROOT}:`);
  for (const [key, value] of [...exports, ['DOCKER_HOST', cloud.engine.host]])
    console.log(`  export ${key}='${value}'`);
  console.log('then, for instance:');
  console.log(`  ./fargate-ci build --image ${name}:2 --context ${folder}`);
  console.log(`  ./fargate-ci deploy --service ${name} --image ${name}:2 --port ${port}`);
  console.log(`  curl -H 'Host: ${host}' ${cloud.endpoint}/`);
  console.log('  docker ps');
  const logs = relative(process.cwd(), join(STATE, cloudName)) || '.';
  console.log(`Logs are in ${logs}/. To end it:  npm run demo -- --stop`);
}
