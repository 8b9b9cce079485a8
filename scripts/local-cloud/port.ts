import { createServer } from 'node:net';

/** Any that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return emulatorPort(undefined);
}

/** A loopback port for the emulator: the one that `SLUICE_PORT` names, else any free one. Throws where it is taken. */
export async function emulatorPort(wanted: string | undefined): Promise<number> {
  const port = wanted === undefined || wanted === '' ? 0 : Number(wanted);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`SLUICE_PORT is not a port: ${wanted}`);
  }
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? taken(port) : error);
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const free = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(free));
    });
  });
}

function taken(port: number): Error {
  return new Error(
    `Port ${port} of 127.0.0.1 is taken. Set SLUICE_PORT to another one, or leave it out to take any free port.`,
  );
}
