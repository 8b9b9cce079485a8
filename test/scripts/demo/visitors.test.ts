import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { afterAll, expect, test } from 'vitest';
import { letVisitorsIn } from '../../../scripts/demo/visitors.ts';

const servers: ReturnType<typeof createServer>[] = [];
afterAll(() => servers.forEach((server) => server.close()));

async function host(page: string, status = 200): Promise<{ readonly port: number }> {
  const server = createServer((_, answer) => answer.writeHead(status).end(`${page}\n`));
  servers.push(server);
  await new Promise<void>((up) => server.listen(0, '127.0.0.1', up));
  return { port: (server.address() as AddressInfo).port };
}

async function gone(): Promise<{ readonly port: number }> {
  const { port } = await host('');
  const server = servers.pop();
  await new Promise((down) => server?.close(down));
  return { port };
}

test('visitors count as healthy only the hosts that answer well with a page that is expected', async () => {
  const hosts = [
    await host('Welcome to release 1'),
    await host('Welcome to release 2'),
    await host('Welcome to a broken release 3'),
    await host('Welcome to release 1', 500),
    await gone(),
  ];
  const visitors = letVisitorsIn(hosts, ['Welcome to release 1', 'Welcome to release 2']);
  await visitors.sendHome();
  expect(visitors.saw()).toEqual({
    rounds: 1,
    fewestHealthy: 2,
    pages: [
      '1 x Welcome to release 1',
      '1 x Welcome to release 2',
      '1 x Welcome to a broken release 3',
      '1 x an answer with the status 500',
      '1 x no answer',
    ],
  });
});
