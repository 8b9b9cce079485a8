import type { ParseArgsConfig } from 'node:util';
import type { Account } from './account/account.ts';
import type { DeploymentsApi } from './deployments-api.ts';
import type { ConnectedGitHub } from './github-tokens.ts';
import type { Executions } from './executions.ts';
import type { HostsApi } from './host/hosts-api.ts';
import type { DrillGround } from './drill/drill-ground.ts';
import type { Outputs } from './outputs.ts';
import type { Sight } from './sight.ts';
import type { Publisher } from './publisher.ts';
import type { Tables } from './tables.ts';
import type { Target } from './target.ts';
import type { Terminal } from './terminal.ts';

/** 0: as hoped. 1: not so, or it could not be done. 2: the command line was not understood. */
export type ExitCode = 0 | 1 | 2;

export interface Command {
  /** A word, or several with spaces between where one thing has several commands. */
  readonly name: string;
  /** One line for `sluice --help`. */
  readonly summary: string;
  /** How its argument is called, where it takes one, or its arguments, with spaces between: all are then required. */
  readonly argument?: string;
  /** Beside --help and those that select the target. */
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** What `sluice <name> --help` shows below the usage, an example included. */
  readonly help: string;
  readonly run: (invocation: Invocation) => Promise<ExitCode>;
}

export interface Invocation {
  /** The first argument, empty where the command takes none. */
  readonly argument: string;
  /** What follows it, where the command takes more than one. */
  readonly otherArguments: readonly string[];
  readonly values: Values;
  readonly terminal: Terminal;
  readonly connect: () => Promise<Connection>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Resolves when the person at the terminal, or the system, wants the command to end. */
  readonly interrupted: () => Promise<void>;
}

export type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

export interface Connection {
  /** Which installation it is, in words for messages. */
  readonly place: string;
  readonly target: Target;
  readonly tables: Tables;
  readonly api: DeploymentsApi;
  readonly executions: Executions;
  /** Loaded by the commands about hosts. */
  readonly hosts: () => Promise<HostsApi>;
  /** Loaded by the one command that prints one. */
  readonly outputs: () => Promise<Outputs>;
  /** Loaded by the one command that publishes. */
  readonly publisher: () => Promise<Publisher>;
  /** Loaded by the one command that stores one. */
  readonly gitHubTokens: () => Promise<ConnectedGitHub>;
  /** Asked for by the one command that needs it: its clients take a while to load. */
  readonly drillGround: () => Promise<DrillGround>;
  /** Asked for by those that look beside the tables, for the same reason. */
  readonly sight: () => Promise<Sight>;
  /** Loaded when it is wanted: its many clients take a while. */
  readonly account: () => Promise<Account>;
}

/** The command line is wrong: shown with the usage, exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** It cannot be done as things are; the message says what to do next. Exit code 1. */
export class CannotDo extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CannotDo';
  }
}
