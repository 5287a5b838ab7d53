import type { CheckFinding, CheckState } from './checks/check-result.ts';
import type { DoctorReport } from './doctor.ts';

const WORDS: Readonly<Record<CheckState, string>> = {
  ok: 'ok',
  warning: 'warning',
  problem: 'PROBLEM',
  unknown: 'unknown',
  skipped: 'skipped',
};

/** The report as lines for a person: a table, the settings, then what to do, the worst last. */
export function renderDoctorReport({ findings, settings, prefix }: DoctorReport): string[] {
  return [
    `fargate-ci doctor: what builds and deployments of the prefix ${prefix} need; nothing is changed`,
    '',
    ...table(findings.map(({ state, name, finding }) => [WORDS[state], name, finding])),
    ...(settings.length === 0 ? [] : ['', 'settings', ...table(settings.map(row))]),
    ...explainRefused(findings.filter(isRefused)),
    ...(['unknown', 'warning', 'problem'] as const).flatMap((state) =>
      findings.filter((one) => one.state === state && !isRefused(one)).flatMap(explain),
    ),
    '',
    summary(findings),
  ];
}

const row = ({ name, value, origin }: DoctorReport['settings'][number]): string[] => [name, value || 'none', origin];

/** Aligns rows: each column is as wide as its widest entry, except the last. */
function table(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number): number => Math.max(...rows.map((cells) => cells[column]?.length ?? 0));
  return rows.map(
    (cells) =>
      `  ${cells.map((cell, column) => (column === cells.length - 1 ? cell : cell.padEnd(width(column)))).join('  ')}`,
  );
}

const isRefused = ({ state, refused }: CheckFinding): boolean => state === 'unknown' && refused !== undefined;

/** Words the checks that these credentials may not make together: they have one reason and one hint. */
function explainRefused(findings: readonly CheckFinding[]): string[] {
  if (findings.length < 2) return findings.flatMap(explain);
  const actions = [...new Set(findings.flatMap(({ refused = [] }) => refused))].sort();
  return [
    '',
    `unknown  ${findings.map(({ name }) => name).join(', ')}: these credentials may not look; builds and deployments do not need that`,
    '  hint      run this as somebody who may, with --principal and the ARN of the role that builds have; or allow it these (docs/doctor.md):',
    ...actions.map((action) => `            ${action}`),
  ];
}

/** Words a finding as a failure is worded: what, the evidence, what to do. */
function explain({ state, name, finding, hint, details }: CheckFinding): string[] {
  return [
    '',
    `${WORDS[state]}  ${name}: ${finding}`,
    ...details.map((detail, index) => `  ${(index === 0 ? 'evidence' : '').padEnd(8)}  ${detail}`),
    ...(hint === '' ? [] : [`  hint      ${hint}`]),
  ];
}

function summary(findings: readonly CheckFinding[]): string {
  const count = (state: CheckState): number => findings.filter((one) => one.state === state).length;
  const problems = count('problem');
  const parts = [
    problems === 0 ? 'no problem' : `${problems} ${problems === 1 ? 'problem' : 'problems'}`,
    ...(count('warning') > 0 ? [`${count('warning')} ${count('warning') === 1 ? 'warning' : 'warnings'}`] : []),
    ...(count('unknown') > 0 ? [`${count('unknown')} unknown`] : []),
    ...(count('skipped') > 0 ? [`${count('skipped')} skipped`] : []),
  ];
  return `${parts.join(', ')}; ${count('ok')} of ${findings.length} checks are well`;
}
