import { fileURLToPath } from 'node:url';
import builder from '../../infrastructure/builder.yaml';
import jenkins from '../../infrastructure/jenkins.yaml';
import network from '../../infrastructure/network.yaml';
import service from '../../infrastructure/service.yaml';
import { run } from './cli/run-program.ts';
import { createOperatorAws } from './operator/operator-clients.ts';
import { operatorProgram } from './operator/operator-program.ts';
import { runProcess } from './process/run-process.ts';

void runProcess((argv, host) =>
  run(operatorProgram, argv, {
    ...host,
    templates: { network, builder, jenkins, service },
    // Beside the bundle, which lies in infrastructure/.
    controller: fileURLToPath(new URL('./controller', import.meta.url)),
    createOperatorAws,
  }),
);
