import { shortId } from '../aws/arn.ts';

/** The AWS console's host for a region: China and GovCloud have their own. */
function consoleHost(region: string): string {
  if (region.startsWith('cn-')) return 'console.amazonaws.cn';
  if (region.startsWith('us-gov-')) return 'console.amazonaws-us-gov.com';
  return `${region}.console.aws.amazon.com`;
}

/** Where the console shows a task. `cluster` is a name or an ARN, `task` an id or an ARN. */
export function taskLink(region: string, cluster: string, task: string): string {
  const path = `clusters/${encodeURIComponent(shortId(cluster))}/tasks/${encodeURIComponent(shortId(task))}`;
  return `https://${consoleHost(region)}/ecs/v2/${path}/configuration?region=${region}`;
}

/** Where the console shows a service. `cluster` is a name or an ARN. */
export function serviceLink(region: string, cluster: string, service: string): string {
  const path = `clusters/${encodeURIComponent(shortId(cluster))}/services/${encodeURIComponent(service)}`;
  return `https://${consoleHost(region)}/ecs/v2/${path}/health?region=${region}`;
}

/** The CloudWatch console's own escape within its fragment: percent-encoding, twice, with `$` for the second `%`. */
const fragment = (text: string): string => encodeURIComponent(encodeURIComponent(text)).replaceAll('%', '$');

/** Where the console shows a log stream. */
export function streamLink(region: string, group: string, stream: string): string {
  const path = `log-groups/log-group/${fragment(group)}/log-events/${fragment(stream)}`;
  return `https://${consoleHost(region)}/cloudwatch/home?region=${region}#logsV2:${path}`;
}
