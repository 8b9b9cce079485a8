/**
 * The endpoint of an emulator that already runs, where `AWS_ENDPOINT_URL` names one; undefined where we start our own.
 * One that is not on this machine is refused unless `SLUICE_CONFIRM_REMOTE=yes`, so that nobody runs a demonstration
 * against a real account, or a colleague's emulator, by accident.
 */
export function runningCloud(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const endpoint = environment['AWS_ENDPOINT_URL'];
  if (endpoint === undefined || endpoint === '') {
    return undefined;
  }
  if (!URL.canParse(endpoint)) {
    throw new Error(`AWS_ENDPOINT_URL is not an address: ${endpoint}`);
  }
  const { hostname, origin } = new URL(endpoint);
  if (!isLoopback(hostname) && environment['SLUICE_CONFIRM_REMOTE'] !== 'yes') {
    throw new Error(
      `AWS_ENDPOINT_URL is ${endpoint}, which is not on this machine. Unset it to let Sluice start a cloud of its own, ` +
        'or set SLUICE_CONFIRM_REMOTE=yes if a stack may really be deployed there.',
    );
  }
  return origin;
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
