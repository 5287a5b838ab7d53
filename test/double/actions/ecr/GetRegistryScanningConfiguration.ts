import { action } from '../../action.ts';

/** The setting of the registry. It has AWS' default unless a test changes it. */
export const GetRegistryScanningConfiguration = action(
  'ecr',
  'GetRegistryScanningConfiguration',
  (_, { ecr, place }) => ({
    registryId: place.account,
    scanningConfiguration: ecr.scanning,
  }),
);
