import { cpuUnits, largerSize, mebibytes, sizeComplaints } from '../../helper/src/ecs/task-sizes.ts';

for (const [cpu, memory] of [
  [256, 512],
  [256, 2048],
  [512, 4096],
  [1024, 2048],
  [2048, 8192],
  [2048, 16384],
  [4096, 30720],
  [8192, 61440],
  [16384, 122880],
] as const) {
  test(`cpu ${cpu} with memory ${memory} is valid`, () => expect(sizeComplaints({ cpu, memory }, 21)).toEqual([]));
}

for (const [cpu, memory, storage, complaint] of [
  [
    256,
    1536,
    40,
    /memory: 1536 does not go with cpu: 256: Fargate has 512, 1024 or 2048 MiB for it; the nearest is .*memory: 2048, cpu: 256/,
  ],
  [512, 8192, 40, /the nearest is memory: 4096, cpu: 512, or memory: 8192, cpu: 1024/],
  [2048, 1024, 40, /4096 to 16384 MiB in steps of 1024 for it; the nearest is memory: 4096, cpu: 2048$/],
  [2048, 8000, 40, /the nearest is memory: 8192, cpu: 2048$/],
  [8192, 20000, 40, /in steps of 4096 .* memory: 20480, cpu: 8192$/],
  [3000, 8192, 40, /cpu: 3000 is not possible.*the nearest size is memory: 8192, cpu: 4096/],
  [99999, 999999, 40, /the nearest size is memory: 122880, cpu: 16384/],
  [2048, 8192, 20, /ephemeralStorage: 20 .*21 to 200 GiB; the nearest is ephemeralStorage: 21/],
  [2048, 8192, 500, /ephemeralStorage: 200/],
  [2048, 8192, 40.5, /ephemeralStorage: 41/],
] as const) {
  test(`cpu ${cpu} with memory ${memory} and ${storage} GiB is not valid`, () => {
    const complaints = sizeComplaints({ cpu, memory }, storage);
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toMatch(complaint);
  });
}

test('each larger size is valid and larger; the largest size has none', () => {
  let size: { cpu: number; memory: number } | undefined = { cpu: 256, memory: 512 };
  for (let last = 0; size !== undefined; size = largerSize(size)) {
    expect(sizeComplaints(size)).toEqual([]);
    expect(size.memory).toBeGreaterThan(last);
    last = size.memory;
  }
  expect(largerSize({ cpu: 2048, memory: 8192 })).toEqual({ cpu: 4096, memory: 16384 });
  expect(largerSize({ cpu: 16384, memory: 122880 })).toBeUndefined();
});

for (const [text, units] of [
  ['.5 vCPU', 512],
  ['0.25vcpu', 256],
  ['1024', 1024],
  [2048, 2048],
  ['2 GB', undefined],
] as const) {
  test(`cpu ${text} is ${units}`, () => expect(cpuUnits(text)).toBe(units));
}
for (const [text, mib] of [
  ['1 GB', 1024],
  ['.5GB', 512],
  ['8192', 8192],
  ['1 vCPU', undefined],
  ['', undefined],
] as const) {
  test(`memory "${text}" is ${mib}`, () => expect(mebibytes(text)).toBe(mib));
}
