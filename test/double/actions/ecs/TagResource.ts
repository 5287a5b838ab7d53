import { action } from '../../action.ts';
import { invalid } from '../../errors.ts';

/** Tags services only. A key that is there already gets the new value. */
export const TagResource = action('ecs', 'TagResource', (input, { ecs }) => {
  const arn = input.need('resourceArn');
  const service = ecs.services.all.find((one) => one.arn === arn && one.deletedAt === undefined);
  if (!service) throw invalid(`The specified resource ARN ${arn} is not found.`);
  const given = input.objects('tags').map((tag) => tag.all);
  const keys = given.map(({ key }) => key);
  service.tags = [...service.tags.filter(({ key }) => !keys.includes(key)), ...given];
  return {};
});
