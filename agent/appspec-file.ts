import { readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { APPSPEC_BYTES } from '../core/appspec/appspec.ts';
import { type ServerAppSpec, parseServerAppSpec } from '../core/appspec/server-appspec.ts';
import { EventFailure } from './event-failure.ts';

/**
 * The AppSpec of an unpacked revision, for every event alike: the file that the deployment names, else appspec.yml,
 * else appspec.yaml. Throws EventFailure where there is none, where it cannot be used, and where it is not for Linux.
 */
export async function readAppSpec(
  archive: string,
  appSpecFilename: string | undefined,
): Promise<ServerAppSpec> {
  const names = [...new Set([appSpecFilename ?? 'appspec.yml', 'appspec.yml', 'appspec.yaml'])];
  for (const name of names) {
    const text = await textWithin(archive, name);
    if (text !== undefined) return appSpecOf(name, text);
  }
  throw new EventFailure(
    'UnknownError',
    `No AppSpec was found in the revision: it must have ${names.join(' or ')} at its top.`,
  );
}

async function textWithin(archive: string, name: string): Promise<string | undefined> {
  try {
    const path = await realpath(join(archive, name));
    if (!path.startsWith(`${await realpath(archive)}${sep}`)) return undefined;
    const bytes = await readFile(path);
    if (bytes.length <= APPSPEC_BYTES) return bytes.toString('utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw error;
  }
  throw new EventFailure('UnknownError', `${name} is larger than ${APPSPEC_BYTES} bytes. Shorten it.`);
}

function appSpecOf(name: string, text: string): ServerAppSpec {
  const reading = parseServerAppSpec(text);
  if (reading.status === 'invalid') throw new EventFailure('UnknownError', `${name}: ${reading.message}`);
  if (reading.appSpec.os === 'linux') return reading.appSpec;
  throw new EventFailure(
    'UnknownError',
    `${name} is for os: ${reading.appSpec.os}, but this host runs linux.`,
  );
}
