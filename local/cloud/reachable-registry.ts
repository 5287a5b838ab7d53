/** Whether a registry answers within 5 seconds. */
export async function isReachable(registry: string): Promise<boolean> {
  const answer = await fetch(`https://${registry}/v2/`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  return answer?.status === 200 || answer?.status === 401;
}
