/** What is known of a drill from the name that all its things carry: when it began, and which process runs it. */
export interface DrillName {
  readonly name: string;
  /** Epoch milliseconds, whole seconds. */
  readonly startedAt: number;
  /** 6 hex digits that tell machines apart. */
  readonly machine: string;
  readonly processId: number;
}

export const DRILL_PREFIX = 'sluice-drill-';

/**
 * "sluice-drill-20261125T021814Z-3f9a1c-4711": no longer than an alias, an alarm, a queue and a group may be named.
 * One process runs one drill at a time, so that no two are named alike.
 */
export function drillName({ startedAt, machine, processId }: Omit<DrillName, 'name'>): string {
  const time = new Date(startedAt).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  return `${DRILL_PREFIX}${time}-${machine}-${processId}`;
}

/** Undefined for what merely begins like one: it is somebody else's. */
export function readDrillName(name: string): DrillName | undefined {
  const [, year, month, day, hour, minute, second, machine, processId] = FORM.exec(name) ?? [];
  if (machine === undefined || processId === undefined) return undefined;
  const startedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(startedAt) ? undefined : { name, startedAt, machine, processId: Number(processId) };
}

const FORM = /^sluice-drill-(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z-([0-9a-f]{6})-(\d{1,10})$/;

/** The machine and the processes that run there. */
export interface Here {
  readonly machine: string;
  readonly processId: number;
  readonly isRunning: (processId: number) => boolean;
}

/** A drill gives up by itself long before; the rest is for clocks that disagree. */
const OLDEST_LIVING_MILLISECONDS = 30 * 60 * 1000;

/** Whether nobody runs it any more. Of a drill on another machine only its age tells. */
export function isDead({ startedAt, machine, processId }: DrillName, here: Here, now: number): boolean {
  if (now - startedAt > OLDEST_LIVING_MILLISECONDS) return true;
  return machine === here.machine && processId !== here.processId && !here.isRunning(processId);
}

/** When it will be taken for dead at the latest. */
export function deadAt({ startedAt }: DrillName): number {
  return startedAt + OLDEST_LIVING_MILLISECONDS;
}
