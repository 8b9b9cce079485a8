import type { Command } from '../command.ts';

export const hostCertificate: Command = {
  name: 'host certificate',
  summary: 'prints the certificate that our agent checks what it is told against',
  options: {},
  help: `PEM, of the key that signs what hosts are told to do. Put it on the host and name its path as
specification_certificate of our agent's configuration. It stays the same as long as the stack has the key.

Example: sluice host certificate > specification.pem

Exit code: 0.`,
  run: async ({ terminal, connect }) => {
    const { hosts } = await connect();
    terminal.print((await (await hosts()).certificate()).trimEnd());
    return 0;
  },
};
