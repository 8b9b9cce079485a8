import * as z from 'zod';
import { cloudWatchAlarms } from '../adapters/alarms.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { dynamoEventStore } from '../adapters/event-store.ts';
import { lambdaAliases } from '../adapters/lambda-aliases.ts';
import type { ParkedTokens } from '../adapters/parked-tokens.ts';
import { dynamoParkedTokens } from '../adapters/parked-tokens.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import { dynamoRowReader } from '../adapters/row-reader.ts';
import { iamServiceRoles } from '../adapters/service-roles.ts';
import type { TimePolicy } from '../../core/deployments/deadlines.ts';
import { deploymentAggregates } from './deployment-aggregates.ts';
import type { Aggregates, ExecutePorts } from './execute.ts';
import type { AccessPorts } from './group-access.ts';
import type { Trust } from './service-role-check.ts';
import { system } from './system.ts';

/** The real ends of the ports, from what the environment of a function names. */
export function storePorts(
  environment: { readonly LOG_TABLE: string; readonly ROWS_TABLE: string },
  aggregates: Aggregates = deploymentAggregates,
): ExecutePorts & { readonly rows: RowReader } {
  const client = documentClient();
  const { LOG_TABLE, ROWS_TABLE } = environment;
  return {
    store: dynamoEventStore(client, { log: LOG_TABLE, rows: ROWS_TABLE }),
    rows: dynamoRowReader(client, ROWS_TABLE),
    system,
    aggregates,
  };
}

export function tokenPorts({ LIVE_TABLE }: { readonly LIVE_TABLE: string }): {
  readonly tokens: ParkedTokens;
} {
  return { tokens: dynamoParkedTokens(documentClient(), LIVE_TABLE) };
}

export function accessPorts(): AccessPorts {
  return {
    roles: iamServiceRoles(),
    aliasesWith: lambdaAliases,
    alarmsWith: cloudWatchAlarms,
  };
}

/** Which service roles may be named: see functions/runtime/environment.ts. */
export function trustOf(environment: {
  readonly STACK_SERVICE_ROLE_ARNS: string;
  readonly TRUSTED_PRINCIPALS: string;
}): Trust {
  return {
    stackServiceRoleArns: z.array(z.string()).parse(JSON.parse(environment.STACK_SERVICE_ROLE_ARNS)),
    trustedPrincipals: environment.TRUSTED_PRINCIPALS.split(' '),
  };
}

export function timePolicy(environment: {
  readonly TIME_SCALE: string;
  readonly BAKE_GRACE_SECONDS: string;
}): TimePolicy {
  return {
    timeScale: Number(environment.TIME_SCALE),
    bakeGraceSeconds: Number(environment.BAKE_GRACE_SECONDS),
  };
}
