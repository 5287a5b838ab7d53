/** Service Quotas: the value of a quota by its code. A quota without a value has AWS' default. */
export class Quotas {
  readonly values = new Map<string, number>();
  readonly defaults = new Map<string, number>([
    ['L-3032A538', 6],
    ['L-36FBB829', 6],
  ]);
}
