import { shortId } from '../aws/arn.ts';

/** The AWS console's host for a region: China and GovCloud have hosts of their own. */
function consoleHost(region: string): string {
  if (region.startsWith('cn-')) return 'console.amazonaws.cn';
  if (region.startsWith('us-gov-')) return 'console.amazonaws-us-gov.com';
  return `${region}.console.aws.amazon.com`;
}

/** The console's page of a task. `cluster` is a name or an ARN, `task` an id or an ARN. */
export function taskLink(region: string, cluster: string, task: string): string {
  const path = `clusters/${encodeURIComponent(shortId(cluster))}/tasks/${encodeURIComponent(shortId(task))}`;
  return `https://${consoleHost(region)}/ecs/v2/${path}/configuration?region=${region}`;
}

/** The console's page of a service. `cluster` is a name or an ARN. */
export function serviceLink(region: string, cluster: string, service: string): string {
  const path = `clusters/${encodeURIComponent(shortId(cluster))}/services/${encodeURIComponent(service)}`;
  return `https://${consoleHost(region)}/ecs/v2/${path}/health?region=${region}`;
}

/** The CloudWatch console encodes names in its URL's fragment in its own way: percent-encoded twice, with `$` for `%`. */
const encodedForFragment = (text: string): string => encodeURIComponent(encodeURIComponent(text)).replaceAll('%', '$');

/** The console's page of a log stream. */
export function streamLink(region: string, group: string, stream: string): string {
  const path = `log-groups/log-group/${encodedForFragment(group)}/log-events/${encodedForFragment(stream)}`;
  return `https://${consoleHost(region)}/cloudwatch/home?region=${region}#logsV2:${path}`;
}
