import type { RequestListener } from 'node:http';
import { vi } from 'vitest';
import { listening } from './listening.ts';

/** What `act` gives while the clients that are made in it reach this listener in the place of every service of AWS. */
export async function insteadOfAws<Result>(
  listener: RequestListener,
  act: () => Promise<Result>,
): Promise<Result> {
  const { address, end } = await listening(listener);
  vi.stubEnv('AWS_ENDPOINT_URL', address);
  vi.stubEnv('AWS_REGION', 'eu-north-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'a');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'b');
  try {
    return await act();
  } finally {
    vi.unstubAllEnvs();
    end();
  }
}
