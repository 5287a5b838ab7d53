import { action } from '../../action.ts';

/** The registry's own setting, which nobody has touched unless a test has. */
export const GetRegistryScanningConfiguration = action(
  'ecr',
  'GetRegistryScanningConfiguration',
  (_, { ecr, place }) => ({
    registryId: place.account,
    scanningConfiguration: ecr.scanning,
  }),
);
