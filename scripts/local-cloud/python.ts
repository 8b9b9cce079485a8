import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runCommand } from '../command.ts';

/** What a virtual environment is to hold. */
export interface Requirements {
  /** Of its folder in `.sluice`. */
  readonly name: string;
  /** The list of packages, as pip reads it. */
  readonly file: string;
  /** In words, for who waits for it. */
  readonly what: string;
}

const EMULATOR: Requirements = {
  name: 'venv',
  file: join(import.meta.dirname, 'requirements.txt'),
  what: 'the emulator (MiniStack, from PyPI)',
};

/** The emulator needs 3.10; the newest first, for machines whose `python3` is an old one. */
const CANDIDATES = [
  'python3',
  'python3.14',
  'python3.13',
  'python3.12',
  'python3.11',
  'python3.10',
  'python',
];
const OLDEST_PYTHON = [3, 10];

export interface PythonOptions {
  /** The project's `.sluice`. */
  readonly stateFolder: string;
  readonly logFile: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export function emulatorPython(options: PythonOptions): Promise<string> {
  return pythonWith(EMULATOR, options);
}

/**
 * The Python of a virtual environment that holds exactly what the list asks for, which is made where it is missing or
 * was made for another list. Throws, with what to do, where no Python is new enough.
 */
export async function pythonWith(requirements: Requirements, options: PythonOptions): Promise<string> {
  const environment = join(options.stateFolder, requirements.name);
  if (!(await isFor(environment, requirements))) {
    options.say(`Installing ${requirements.what} …`);
    await install(environment, requirements, options);
  }
  return join(environment, 'bin', 'python');
}

/** The list is copied in last, so that an interrupted installation does not count. */
async function isFor(environment: string, { file }: Requirements): Promise<boolean> {
  const installed = join(environment, 'requirements.txt');
  if (!existsSync(installed)) {
    return false;
  }
  return (await readFile(installed, 'utf8')) === (await readFile(file, 'utf8'));
}

/** It is made aside and moved, so that two runs that start at once do not write into each other's. */
async function install(
  environment: string,
  requirements: Requirements,
  options: PythonOptions,
): Promise<void> {
  const python = await newEnoughPython();
  const fresh = `${environment}-${process.pid}`;
  const command = {
    folder: options.stateFolder,
    environment: { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: '1' },
    logFile: options.logFile,
    signal: options.signal,
  };
  await mkdir(options.stateFolder, { recursive: true });
  try {
    await runCommand(python, ['-m', 'venv', fresh], command);
    await runCommand(
      join(fresh, 'bin', 'python'),
      ['-m', 'pip', 'install', '-r', requirements.file],
      command,
    );
    await copyFile(requirements.file, join(fresh, 'requirements.txt'));
    if (!(await isFor(environment, requirements))) {
      await rm(environment, { recursive: true, force: true });
      await rename(fresh, environment);
    }
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function newEnoughPython(): Promise<string> {
  const found: string[] = [];
  for (const candidate of CANDIDATES) {
    const version = await versionOf(candidate);
    if (version !== undefined && isNewEnough(version)) {
      return candidate;
    }
    if (version !== undefined) {
      found.push(`${candidate} is ${version}`);
    }
  }
  throw new Error(
    `This needs Python ${OLDEST_PYTHON.join('.')} or newer with its venv module ` +
      `(on Debian: apt install python3-venv). ${found.length === 0 ? 'None was found' : found.join(', ')}.`,
  );
}

async function versionOf(python: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(python, [
      '-c',
      'import ensurepip, venv, sys; print("%d.%d" % sys.version_info[:2])',
    ]);
    return stdout.trim();
  } catch {
    // Not installed, or without the modules that make virtual environments.
    return undefined;
  }
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_PYTHON;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}
