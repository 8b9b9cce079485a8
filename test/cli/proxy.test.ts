import { CodeDeployClient, ListApplicationsCommand } from '@aws-sdk/client-codedeploy';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { strictFrontDoor } from '../support/strict-front-door.ts';
import { NOW, localCloud, memoryTables, sluice } from './memory-tables.ts';

const tables = memoryTables({ allEvents: () => [], allRows: () => [] });

describe('sluice proxy', () => {
  it('prints the environment of a client, which works until the command is ended', async () => {
    const userKey = { accessKeyId: 'AKIAUSER', secretAccessKey: 'the secret of the user' };
    const region = 'eu-north-1';
    const door = await strictFrontDoor(
      () => ({ ...userKey, region }),
      () => NOW,
    );
    const place = 'the stack Sluice in eu-north-1';
    let isOver = false;
    const { code, printed } = await sluice(tables, ['proxy'], undefined, {
      target: { ...localCloud, place, apiEndpoint: door.endpoint, client: { region, credentials: userKey } },
      interrupted: async (printed) => {
        expect((await asPrinted(printed)).applications).toEqual(['shop']);
        isOver = true;
      },
    });
    expect({ code, isOver }).toEqual({ code: 0, isOver: true });
    expect(door.seen).toMatchObject([{ fault: undefined }]);
    await expect(asPrinted(printed)).rejects.toThrow('ECONNREFUSED');
    await door.close();
  });

  it('makes another key pair each time', async () => {
    const runs = [await proxyOnce(), await proxyOnce()].map(variables);
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) {
      expect(runs[0]?.[name]).toMatch(/^[\w-]{20,}$/);
      expect(runs[0]?.[name]).not.toBe(runs[1]?.[name]);
    }
  });

  it.each(['web', '-1', '65536', '1.5', ''])('does not take the port %j', async (port) => {
    const { code, noted } = await sluice(tables, ['proxy', `--port=${port}`]);
    expect(code).toBe(2);
    expect(noted.join('\n')).toContain('--port takes the number of a port');
  });

  it('says that its port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const { port } = other.address() as AddressInfo;
    const { code, noted } = await sluice(tables, ['proxy', '--port', String(port)]);
    expect({ code, noted }).toEqual({
      code: 1,
      noted: [`sluice proxy: port ${port} of 127.0.0.1 is taken. Leave --port out to take any free one.`],
    });
    other.close();
  });
});

async function proxyOnce(): Promise<readonly string[]> {
  return (await sluice(tables, ['proxy'], undefined, { interrupted: async () => {} })).printed;
}

function variables(printed: readonly string[]): Readonly<Record<string, string>> {
  const pairs = [...printed.join('\n').matchAll(/(AWS_\w+)=(\S+)/g)];
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}

/** A call by a client in the environment that was printed. */
function asPrinted(printed: readonly string[]) {
  const environment = variables(printed);
  const client = new CodeDeployClient({
    endpoint: environment['AWS_ENDPOINT_URL_CODEDEPLOY'] ?? '',
    region: environment['AWS_REGION'] ?? '',
    credentials: {
      accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
    },
    maxAttempts: 1,
    systemClockOffset: NOW - Date.now(),
  });
  return client.send(new ListApplicationsCommand({}));
}
