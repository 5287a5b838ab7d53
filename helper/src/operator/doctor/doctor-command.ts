import type { CommandCall } from '../../cli/program.ts';
import { Failure } from '../../failure.ts';
import { hideDeep } from '../../secrets/mask.ts';
import type { OperatorHost } from '../operator-world.ts';
import { type DoctorReport, runDoctor } from './doctor.ts';
import type { DoctorParameters } from './doctor-parameters.ts';
import { openDoctorWorld } from './open-doctor-world.ts';
import { renderDoctorReport } from './render-report.ts';

/**
 * Runs the doctor as a command.
 * @returns what goes to stdout: the report as text, or as data where JSON is asked for
 * @throws Failure `aws` or `usage` where there is a problem, after the report was printed
 */
export async function performDoctorCommand(
  params: DoctorParameters,
  host: OperatorHost,
  { recordPartial, mask }: Pick<CommandCall<unknown>, 'recordPartial' | 'mask'>,
): Promise<string | DoctorReport> {
  const report = await runDoctor(await openDoctorWorld(params, host, mask), params);
  const text = `${renderDoctorReport(report).join('\n')}\n`;
  const failure = doctorFailure(report);
  if (failure === undefined) return params.json ? report : text;
  host.stdout(params.json ? `${JSON.stringify(hideDeep(report, mask), null, 2)}\n` : mask.hide(text));
  recordPartial({ ...report });
  throw failure;
}

/** The failure that a report with problems ends in; undefined without one. */
function doctorFailure({ findings }: DoctorReport): Failure | undefined {
  const problems = findings.filter(({ state }) => state === 'problem');
  const [first] = problems;
  if (first === undefined) return undefined;
  const category = problems.some((one) => one.category === 'aws') ? 'aws' : 'usage';
  const { name, finding, hint, details } = first;
  if (problems.length === 1) return new Failure(category, `${name}: ${finding}`, { hint, evidence: details });
  return new Failure(category, `${problems.length} problems: ${problems.map((one) => one.name).join(', ')}`, {
    hint: 'begin with the first in the report: it may explain the others',
  });
}
