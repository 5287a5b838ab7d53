/** Service Quotas: a quota's value by its code; those without one have AWS' default. */
export class Quotas {
  readonly values = new Map<string, number>();
  readonly defaults = new Map<string, number>([
    ['L-3032A538', 6],
    ['L-36FBB829', 6],
  ]);
}
