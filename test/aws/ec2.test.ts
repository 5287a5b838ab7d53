import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { clientConfig } from '../../helper/src/aws/client-config.ts';
import { createAws } from '../../helper/src/aws/clients.ts';
import { Ec2Client } from '../../helper/src/aws/ec2-client.ts';
import {
  askEc2,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
} from '../../helper/src/aws/ec2-commands.ts';
import { realClock } from '../../helper/src/process/clock.ts';
import { publicAddressesOf } from '../../helper/src/service/rollout/task-addresses.ts';
import { startDouble } from '../double/double.ts';
import { escapeXml } from '../double/wire/xml.ts';
import { CREDENTIALS, testAws } from '../support/world.ts';

const region = 'eu-west-1';

describe('on the wire', () => {
  const asked: { request: IncomingMessage; body: string }[] = [];
  let answer: [status: number, body: string];
  let server: Server;
  let world: { aws: ReturnType<typeof createAws>; signal: AbortSignal };

  beforeEach(async () => {
    asked.length = 0;
    server = createServer(async (request, response) => {
      asked.push({ request, body: await text(request) });
      const [status, body] = answer;
      const headers = { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(body) };
      response.writeHead(status, headers).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new TypeError('no port');
    const endpoint = `http://127.0.0.1:${address.port}`;
    const aws = createAws({ region, credentials: CREDENTIALS, endpoint, clock: realClock, maxAttempts: 1 });
    world = { aws, signal: new AbortController().signal };
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const says = (action: string, body: string): void => {
    answer = [
      200,
      `<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">\n<requestId>x</requestId>${body}</${action}Response>`,
    ];
  };

  test('a request is a signed form', async () => {
    says('DescribeSubnets', '');
    const Value = ['subnet-0a1', 'subnet-0b2'];
    await askEc2(world, new DescribeSubnetsCommand({ Filter: [{ Name: 'subnet-id', Value }] }));
    const [{ request, body } = { request: undefined, body: '' }] = asked;
    expect(`${request?.method} ${request?.url}`).toBe('POST /');
    expect(body).toBe(
      'Action=DescribeSubnets&Version=2016-11-15&Filter.1.Name=subnet-id&Filter.1.Value.1=subnet-0a1&Filter.1.Value.2=subnet-0b2',
    );
    expect(request?.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(body.length),
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/ec2\/aws4_request, SignedHeaders=\S*\bhost;/,
      ),
    });
  });

  test.each([
    [
      'ids',
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceId: ['eni-1', 'eni-2'] }),
      '&NetworkInterfaceId.1=eni-1&NetworkInterfaceId.2=eni-2',
    ],
    ['nothing', new DescribeVpcsCommand({}), ''],
  ])('parameters: %s', async (_, command, parameters) => {
    says(command.action, '');
    await world.aws.ec2.send(command);
    expect(asked[0]?.body).toBe(`Action=${command.action}&Version=2016-11-15${parameters}`);
  });

  test('texts, numbers, lists with one entry and with none; other members are passed over', async () => {
    says(
      'DescribeSubnets',
      `<subnetSet>
        <item><subnetId>subnet-1</subnetId><tagSet/><availableIpAddressCount>0</availableIpAddressCount></item>
        <item><subnetId>a &amp; b &#60;&#x3e;</subnetId><vpcId/></item>
      </subnetSet>`,
    );
    expect((await askEc2(world, new DescribeSubnetsCommand({}))).subnetSet).toEqual([
      { subnetId: 'subnet-1', availableIpAddressCount: 0 },
      { subnetId: 'a & b <>', vpcId: '' },
    ]);
    says('DescribeSubnets', '<subnetSet/>');
    expect((await askEc2(world, new DescribeSubnetsCommand({}))).subnetSet).toEqual([]);
  });

  test('truth values, and lists within lists', async () => {
    says(
      'DescribeRouteTables',
      `<routeTableSet><item><routeTableId>rtb-1</routeTableId>
        <associationSet><item><main>true</main></item><item><main>false</main><subnetId>s</subnetId></item></associationSet>
        <routeSet><item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><gatewayId>igw-1</gatewayId></item></routeSet>
      </item></routeTableSet>`,
    );
    expect((await askEc2(world, new DescribeRouteTablesCommand({}))).routeTableSet).toEqual([
      {
        routeTableId: 'rtb-1',
        associationSet: [{ main: true }, { main: false, subnetId: 's' }],
        routeSet: [{ destinationCidrBlock: '0.0.0.0/0', gatewayId: 'igw-1' }],
      },
    ]);
    says(
      'DescribeVpcEndpoints',
      '<vpcEndpointSet><item><routeTableIdSet><item>rtb-1</item></routeTableIdSet></item></vpcEndpointSet>',
    );
    expect((await askEc2(world, new DescribeVpcEndpointsCommand({}))).vpcEndpointSet).toEqual([
      { routeTableIdSet: ['rtb-1'] },
    ]);
    const rule =
      '<item><ipProtocol>tcp</ipProtocol><fromPort>443</fromPort><groups><item><groupId>sg-2</groupId></item></groups></item>';
    says(
      'DescribeSecurityGroups',
      `<securityGroupInfo><item><ipPermissions>${rule}</ipPermissions></item></securityGroupInfo>`,
    );
    expect((await askEc2(world, new DescribeSecurityGroupsCommand({}))).securityGroupInfo).toEqual([
      { ipPermissions: [{ ipProtocol: 'tcp', fromPort: 443, groups: [{ groupId: 'sg-2' }] }] },
    ]);
  });

  const eni = (id: string, inner: string): string =>
    `<item><networkInterfaceId>${id}</networkInterfaceId><groupSet><item><groupId>sg-1</groupId></item></groupSet>${inner}</item>`;
  const has = (ip: string): string =>
    `<association><ipOwnerId>amazon</ipOwnerId><publicIp>${ip}</publicIp></association>`;
  for (const [name, items, expected] of [
    ['one', eni('eni-0a', has('203.0.113.1')), [['eni-0a', '203.0.113.1']]],
    ['two, one of them private', eni('eni-0a', '') + eni('eni-0b', has('203.0.113.2')), [['eni-0b', '203.0.113.2']]],
    ['not an address', eni('eni-0a', has(escapeXml('<script>'))), []],
    ['nothing', '', []],
  ] satisfies [string, string, [string, string][]][]) {
    test(`public addresses: ${name}`, async () => {
      says('DescribeNetworkInterfaces', `<networkInterfaceSet>${items}</networkInterfaceSet>`);
      const { networkInterfaceSet = [] } = await askEc2(world, new DescribeNetworkInterfacesCommand({}));
      expect([...publicAddressesOf(networkInterfaceSet)]).toEqual(expected);
    });
  }

  test.each([
    ['an answer of something else', [200, '<html><networkInterfaceId>eni-0a</networkInterfaceId></html>'], undefined],
    [
      'an answer that was cut off',
      [200, '<DescribeVpcsResponse><vpcSet><item><vpcId>vp'],
      /^could not call EC2's DescribeVpcs$/,
    ],
    ['an answer without a body', [200, ''], /^could not call EC2's DescribeVpcs$/],
    ['what no EC2 says', [502, '<html>Bad Gateway</html>'], /^could not call EC2's DescribeVpcs$/],
  ] satisfies [string, [number, string], RegExp | undefined][])('%s', async (_, given, complaint) => {
    answer = given;
    const call = askEc2(world, new DescribeVpcsCommand({}));
    if (complaint === undefined) expect((await call).vpcSet).toBeUndefined();
    else await expect(call).rejects.toMatchObject({ category: 'aws', message: expect.stringMatching(complaint) });
  });

  test('a refusal is told with its code, words and status', async () => {
    const error =
      '<Error><Code>UnauthorizedOperation</Code><Message>You are not &quot;allowed&quot;.</Message></Error>';
    answer = [403, `<Response><Errors>${error}</Errors><RequestID>r-1</RequestID></Response>`];
    await expect(askEc2(world, new DescribeVpcsCommand({}))).rejects.toMatchObject({
      message: "could not call EC2's DescribeVpcs",
      evidence: ['UnauthorizedOperation: You are not "allowed".', expect.stringMatching(/^HTTP 403/)],
      cause: { name: 'UnauthorizedOperation' },
    });
  });
});

test.each([
  ['eu-west-1', 'ec2.eu-west-1.amazonaws.com'],
  ['cn-north-1', 'ec2.cn-north-1.amazonaws.com.cn'],
  ['us-gov-west-1', 'ec2.us-gov-west-1.amazonaws.com'],
])('the address in %s', async (region, hostname) => {
  const client = new Ec2Client(clientConfig({ region, credentials: CREDENTIALS, clock: realClock }));
  expect(await client.config.endpoint()).toMatchObject({ protocol: 'https:', hostname, path: '/' });
});

describe('when AWS is in trouble', () => {
  let double: Awaited<ReturnType<typeof startDouble>>;
  beforeEach(async () => {
    double = await startDouble();
  });
  afterEach(() => double.close());

  test.each(['throttle', 'server-error', 'reset'] as const)('%s: it is asked again', async (kind) => {
    double.ec2.vpcs.push({ vpcId: 'vpc-0a1' });
    double.fault({ action: 'DescribeVpcs', times: 3, fault: { kind } });
    const world = { aws: testAws(double), signal: new AbortController().signal };
    expect((await askEc2(world, new DescribeVpcsCommand({}))).vpcSet).toMatchObject([{ vpcId: 'vpc-0a1' }]);
    expect(double.calls('DescribeVpcs')).toHaveLength(4);
  });

  test('an abort ends the pause between two attempts', async () => {
    double.fault({ action: 'DescribeVpcs', times: Number.POSITIVE_INFINITY, fault: { kind: 'throttle' } });
    const controller = new AbortController();
    double.clock.after(10_000, () => controller.abort());
    const call = askEc2({ aws: testAws(double), signal: controller.signal }, new DescribeVpcsCommand({}));
    const ended = call.then(
      () => Number.NaN,
      () => double.clock.elapsed(),
    );
    const beside = double.clock.sleep(10_500);
    expect(await ended).toBe(10_000);
    await beside;
  });
});
