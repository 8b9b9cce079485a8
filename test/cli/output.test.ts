import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keptOutputs } from '../../cli/outputs.ts';
import { localCloud, memoryTables, sluice } from './memory-tables.ts';

/** The API and, beside it, where outputs are kept. */
let asked: string[] = [];
let kept: string | undefined;
const server = createServer(({ url = '' }, response) => {
  asked.push(url);
  if (url === '/kept') {
    response.statusCode = kept === undefined ? 404 : 200;
    response.end(kept);
    return;
  }
  const outputAddress = `http://127.0.0.1:${(server.address() as AddressInfo).port}/kept`;
  const found = { version: '1', deploymentId: 'd-1', targetId: 'web-1', lifecycleEventName: 'Install' };
  const error = { code: 'OutputDoesNotExistException', message: 'It has none:\nbefore \u001B[2Jthe end' };
  response.statusCode = url.includes('/web-1/') ? 200 : 404;
  response.end(
    JSON.stringify(
      response.statusCode === 200
        ? { ...found, outputAddress, validUntil: '2026-11-25T12:38:20.000Z' }
        : { version: '1', error },
    ),
  );
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise<unknown>((resolve) => server.close(resolve)));
beforeEach(() => {
  asked = [];
  kept = undefined;
});

function output(...words: readonly string[]) {
  const apiEndpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const outputs = keptOutputs({ ...localCloud, apiEndpoint });
  const tables = memoryTables({ allEvents: () => [], allRows: () => [] });
  return sluice(tables, ['output', ...words], undefined, { outputs });
}

describe('sluice output', () => {
  it('prints every line as it was written, and of which event it is beside it', async () => {
    kept = 'first\r\n\n  third, unended';
    const { code, printed, noted } = await output('d-A1B2C3D4E', 'web-1');
    expect({ code, printed }).toEqual({ code: 0, printed: ['first', '', '  third, unended'] });
    expect(noted).toEqual(['Install on web-1:']);
    expect(asked).toEqual(['/v1/deployments/d-A1B2C3D4E/targets/web-1/output', '/kept']);
  });

  it('asks for the event that is named', async () => {
    kept = '';
    await output('d-A1B2C3D4E', 'web-1', '--event', 'BeforeInstall');
    expect(asked[0]).toMatch(/\/output\?lifecycleEventName=BeforeInstall$/);
  });

  it('leaves out what would steer the terminal', async () => {
    kept = 'a\u001B[2J b\n\u0007c\n';
    expect((await output('d-A1B2C3D4E', 'web-1')).printed).toEqual(['a b', 'c']);
  });

  it('says why there is nothing to print', async () => {
    const gone = await output('d-A1B2C3D4E', 'web-1');
    expect([gone.code, gone.noted.join()]).toEqual([1, expect.stringContaining('kept for 90 days')]);
    const none = await output('d-A1B2C3D4E', 'web-2');
    const words = 'sluice output: It has none: (OutputDoesNotExistException)\nbefore the end';
    expect([none.code, none.noted]).toEqual([1, [words]]);
    expect((await output('d-A1B2C3D4E')).code).toBe(2);
  });
});
