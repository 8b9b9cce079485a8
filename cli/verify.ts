import type { Break, Head, Link, Verification } from '../core/verification.ts';
import { linkOf, verification } from '../core/verification.ts';
import { isHead } from '../functions/runtime/replay.ts';
import { system } from '../functions/runtime/system.ts';
import { CannotDo, type Command, type ExitCode, type Invocation } from './command.ts';
import { counted } from './lines.ts';
import { type Tables, headOf } from './tables.ts';
import { verifiedStream } from './verified-stream.ts';

export const verify: Command = {
  name: 'verify',
  summary: 'checks that the log is whole: every hash, every link, every end',
  options: { stream: { type: 'string' } },
  help: `Recomputes the hash of every event, follows the links of each stream from its first event on, and compares its end
with its head, which stands in another table. Prints the first broken link, or the cut tail, of each broken stream.
It reads both tables whole; --stream reads one stream only.

Example: sluice verify
         sluice verify --stream deployment#d-A1B2C3D4E

Exit code: 0 where all is whole, else 1.`,
  run: printVerification,
};

async function printVerification({ values, terminal, connect, sleep }: Invocation): Promise<ExitCode> {
  const { tables, place } = await connect();
  const { stream } = values;
  const { streams, events, breaks } =
    typeof stream === 'string'
      ? await verifiedStream(tables, stream, sleep)
      : await verifiedLog(tables, sleep);
  if (typeof stream === 'string' && streams === 0)
    throw new CannotDo(`there is no stream ${stream} in ${place}.`);
  for (const found of breaks) terminal.print(`${found.stream}@${found.version}: ${found.message}`);
  const looked = `${counted(streams, 'stream')}, ${counted(events, 'event')}`;
  terminal.print(
    breaks.length === 0
      ? `${looked}: the chain is whole`
      : `${looked}: ${counted(breaks.length, 'stream')} broken`,
  );
  return breaks.length === 0 ? 0 : 1;
}

async function verifiedLog(tables: Tables, sleep: Invocation['sleep']): Promise<Verification> {
  const links: Link[] = [];
  for await (const event of tables.events()) links.push(linkOf(event, system.sha256));
  const heads: Head[] = [];
  for await (const item of tables.items('heads')) if (isHead(item)) heads.push(headOf(item));
  const { breaks, ...counts } = verification(links, heads);
  // A log in use grows between the two scans, so that each suspect is looked at again by itself.
  const confirmed: Break[] = [];
  for (const { stream } of breaks) confirmed.push(...(await verifiedStream(tables, stream, sleep)).breaks);
  return { ...counts, breaks: confirmed };
}
