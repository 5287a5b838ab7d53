import { action } from '../../action.ts';

export const GetAuthorizationToken = action('ecr', 'GetAuthorizationToken', (_input, { place }) => ({
  authorizationData: [
    {
      authorizationToken: Buffer.from('AWS:fake').toString('base64'),
      expiresAt: new Date(place.clock.now() + 12 * 3_600_000),
      proxyEndpoint: `https://${place.account}.dkr.ecr.${place.region}.amazonaws.com`,
    },
  ],
}));
