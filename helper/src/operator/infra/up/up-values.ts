import { cpuUnits, mebibytes } from '../../../ecs/task-sizes.ts';
import { collectTemplateValues } from '../../stack/template-values.ts';
import type { UpParameters } from './up-parameters.ts';

/** The values that the operator gives for each stack. Values from the outputs of other stacks come later. */
export function templateValuesOfUp(params: UpParameters, host: string | undefined) {
  const network = collectTemplateValues([], params.networkParameters, 'networkParameters');
  const place = [
    ['VpcId', 'vpc', params.vpc],
    ['Subnets', 'subnets', params.subnets.length > 0 ? params.subnets.join(',') : undefined],
  ] as const;
  const builder = collectTemplateValues(place, params.builderParameters, 'builderParameters');
  const jenkins = collectTemplateValues(
    [
      ...place,
      ['Host', params.host === undefined ? 'domain' : 'host', host],
      ['HostedZoneId', 'hostedZone', params.hostedZone],
      ['CertificateArn', 'certificate', params.certificate],
      ['ControllerImage', 'controllerImage', params.controllerImage],
      ['BareImage', 'bare', params.bare],
      ['Cpu', 'cpu', params.cpu && (cpuUnits(params.cpu) ?? params.cpu)],
      ['Memory', 'memory', params.memory && (mebibytes(params.memory) ?? params.memory)],
      ['Executors', 'executors', params.executors],
      ['AdminUser', 'admin', params.admin],
      ['GitHubSecretArn', 'githubSecret', params.githubSecret],
      ['PipelineRepository', 'repository', params.repository],
      ['LibraryRepository', 'libraryRepository', params.libraryRepository],
      ['LibraryVersion', 'libraryVersion', params.libraryVersion],
      ['IngressCidr', 'ingress', params.ingress],
    ],
    params.jenkinsParameters,
    'jenkinsParameters',
  );
  return { network, builder, jenkins };
}
