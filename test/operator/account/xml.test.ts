import fc from 'fast-check';
import { find, items, parseXml, textAt } from '../../../helper/src/operator/account/xml.ts';
import { escapeXml } from '../../double/wire/xml.ts';

test('an answer of EC2 is read', () => {
  const root = parseXml(`<?xml version="1.0" encoding="UTF-8"?>
<DescribeSubnetsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <requestId>x</requestId>
  <subnetSet>
    <item><subnetId>subnet-1</subnetId><tagSet/><free>0</free></item>
    <item><subnetId>a &amp; b &#60;&#x3e;</subnetId></item>
  </subnetSet>
</DescribeSubnetsResponse>`);
  const subnets = items(root, 'DescribeSubnetsResponse', 'subnetSet');
  expect(subnets.map((one) => textAt(one, 'subnetId'))).toEqual(['subnet-1', 'a & b <>']);
  expect(subnets.map((one) => textAt(one, 'free'))).toEqual(['0', '']);
  expect(items(subnets[0], 'tagSet')).toEqual([]);
  expect(find(root, 'nothing', 'at', 'all')).toBeUndefined();
});

test('any text survives, and nothing makes it throw', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(textAt(parseXml(`<a><b>${escapeXml(text)}</b></a>`), 'a', 'b')).toBe(text);
      expect(() => parseXml(`<a>${text}`)).not.toThrow();
    }),
    { seed: 4, numRuns: 500 },
  );
});
