import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLoadBalancer } from '../../local/cloud/load-balancer.ts';
import { LIBRARY, runPipeline } from '../jenkins/harness.mjs';
import { aws, cloud, page, workspace } from './cloud.ts';

const EXAMPLE = join(LIBRARY, 'example');

/** Runs the Jenkinsfile of a folder as its job would do. The folder is what `checkout scm` would check out. */
function job(source: string, build: number) {
  return runPipeline({
    jenkinsfile: readFileSync(join(source, 'Jenkinsfile'), 'utf8'),
    source,
    workspace: workspace({}),
    env: { ...cloud.env, BUILD_NUMBER: String(build), JOB_NAME: 'shop', BUILD_TAG: `jenkins-shop-${build}` },
  });
}

test("example/Jenkinsfile: what was built answers; a changed file shows; a spoiled one fails with RUN's own words", async () => {
  const host = await createLoadBalancer(aws, 'shop', 8080);
  const source = workspace({});
  cpSync(EXAMPLE, source, { recursive: true });

  const first = await job(source, 1);
  expect(first).toMatchObject({ result: 'SUCCESS', log: expect.stringContaining(`The shop is at http://${host}`) });
  expect(await page(host)).toMatchObject({ status: 200, text: expect.stringContaining('build 1') });

  const products = join(source, 'src/products.csv');
  writeFileSync(products, `${readFileSync(products, 'utf8')}Grinder;89.00\n`);
  const second = await job(source, 2);
  expect(second).toMatchObject({ result: 'SUCCESS' });
  const text = (await page(host)).text;
  expect(text).toContain('Grinder');
  expect(text).toContain('build 2');

  writeFileSync(products, `${readFileSync(products, 'utf8')}Mug;cheap\n`);
  const third = await job(source, 3);
  expect(third).toMatchObject({ result: 'FAILURE', log: expect.stringContaining('kanikoBuild failed:') });
  expect(third.log).toContain('cheap');
  expect((await page(host)).text).toBe(text);
});
