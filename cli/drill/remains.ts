import { rowKeys } from '../../core/views/row-keys.ts';
import { everyRow } from '../../functions/adapters/row-reader.ts';
import type { Connection } from '../command.ts';
import type { DrillGround } from './drill-ground.ts';
import { DRILL_PREFIX, type DrillName, type Here, isDead, readDrillName } from './drill-name.ts';
import type { Subject } from './subject.ts';

export interface Remains {
  /** Nobody runs them any more: what they made is to be removed. */
  readonly dead: readonly DrillName[];
  /** They may still be at work. */
  readonly living: readonly DrillName[];
}

/** Drills of this application or function, by the aliases and groups that carry their names. */
export async function remains(
  { tables }: Pick<Connection, 'tables'>,
  { functions }: Pick<DrillGround, 'functions'>,
  { applicationId, live }: Pick<Subject, 'applicationId' | 'live'>,
  { here, now }: { readonly here: Here; readonly now: number },
): Promise<Remains> {
  const names = new Set(await functions.aliasesNamed(live.functionName, DRILL_PREFIX));
  const { pk } = rowKeys.deploymentGroupName(applicationId, '');
  const groups = { pk, from: DRILL_PREFIX, to: `${DRILL_PREFIX}\uffff`, limit: PAGE };
  for await (const { sk } of everyRow(tables.reader, groups)) names.add(sk);
  const drills = [...names].sort().flatMap((name) => readDrillName(name) ?? []);
  return {
    dead: drills.filter((drill) => isDead(drill, here, now)),
    living: drills.filter((drill) => !isDead(drill, here, now)),
  };
}

/** More dead drills than this in one application are not expected; they come in pages. */
const PAGE = 100;
