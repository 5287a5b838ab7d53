import { action } from '../../action.ts';
import { AwsError } from '../../errors.ts';

export const DescribeCertificate = action('acm', 'DescribeCertificate', (input, { acm, place }) => {
  const arn = input.need('CertificateArn');
  const certificate = acm.certificates.get(arn);
  if (certificate === undefined) {
    const message = `Could not find certificate ${arn} in account ${place.account}.`;
    throw new AwsError('ResourceNotFoundException', message);
  }
  return { Certificate: { CertificateArn: arn, ...certificate } };
});
