import { REGION } from './ministack.ts';

/**
 * Lists something of EC2, for which the project has no SDK client. MiniStack reads service and region from the
 * Authorization header and checks no signature: none of this would work on AWS.
 * @param action as DescribeVpcs
 * @param element the XML element whose texts are wanted, as vpcId
 */
export async function listEc2(endpoint: string, action: string, element: string): Promise<string[]> {
  const scope = `20260101/${REGION}/ec2/aws4_request`;
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      Authorization: `AWS4-HMAC-SHA256 Credential=test/${scope}, SignedHeaders=host, Signature=none`,
    },
    body: new URLSearchParams({ Action: action, Version: '2016-11-15' }).toString(),
  });
  const xml = await answer.text();
  if (!answer.ok) throw new Error(`ec2 ${action}: ${answer.status} ${xml.slice(0, 500)}`);
  return [...xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'))].map(([, text]) => text ?? '');
}

/** The default network, which MiniStack has from the start. */
export async function defaultNetwork(endpoint: string): Promise<{ vpc: string; subnets: string[] }> {
  const [vpc = ''] = await listEc2(endpoint, 'DescribeVpcs', 'vpcId');
  return { vpc, subnets: [...new Set(await listEc2(endpoint, 'DescribeSubnets', 'subnetId'))] };
}
