import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';
import type { Rule } from '../../state/elbv2.ts';
import { forwardOr404 } from './DescribeListeners.ts';

/** The rules of a listener. The default rule is the last one. */
export const DescribeRules = action('elbv2', 'DescribeRules', (input, { elbv2 }) => {
  const arn = input.text('ListenerArn');
  const listener = elbv2.listeners.find((one) => one.arn === arn);
  if (!listener) throw new AwsError('ListenerNotFound', 'One or more listeners not found');
  const rules = elbv2.rules.filter((one) => one.listener === arn);
  const fallback = {
    Priority: 'default',
    IsDefault: true,
    Conditions: [],
    Actions: [forwardOr404(listener.targetGroup)],
  };
  return {
    Rules: [
      ...rules.map((one) => ({
        RuleArn: one.arn,
        Priority: one.priority,
        IsDefault: false,
        Conditions: conditions(one),
        Actions: [forwardOr404(one.targetGroup)],
      })),
      { RuleArn: `${arn}/default`, ...fallback },
    ],
  };
});

function conditions({ hosts, paths }: Rule) {
  return [
    ...(hosts.length > 0 ? [{ Field: 'host-header', Values: hosts, HostHeaderConfig: { Values: hosts } }] : []),
    ...(paths.length > 0 ? [{ Field: 'path-pattern', Values: paths, PathPatternConfig: { Values: paths } }] : []),
  ];
}
