import type { Recorded } from '../../core/decider.ts';
import type { DeploymentEvent, LambdaTarget } from '../../core/deployments/deployment-events.ts';
import { deploymentStream } from '../../core/deployments/deployment-stream.ts';
import type { AliasName } from '../../functions/adapters/lambda-aliases.ts';
import { recorded } from '../../functions/runtime/history.ts';
import { failureWords } from '../failure.ts';
import type { ToClear } from './clear-away.ts';
import { Interrupted } from './patience.ts';
import type { Point } from './point.ts';
import type { Subject } from './subject.ts';

/** Where a drill plays, under one name. */
export interface Stage extends ToClear {
  /** Whether a second canary is let bake to its end. */
  readonly bakes: boolean;
  readonly name: string;
  readonly subject: Subject;
  readonly tell: (point: Point) => void;
}

/** A point that was not as it must be: what was seen instead, and what to do about it. */
export class Missed extends Error {
  readonly remedy: string;

  constructor(seen: string, remedy: string) {
    super(seen);
    this.name = 'Missed';
    this.remedy = remedy;
  }
}

export type Shown = Pick<Point, 'seen' | 'milliseconds'> & { readonly result?: 'not shown' };

/** Tells what was shown, or why it was not, with `remedy` where the failure brings none; undefined then. */
export async function point<Found extends Shown>(
  { tell, connection: { place } }: Stage,
  { name, remedy }: { readonly name: string; readonly remedy: string },
  show: () => Promise<Found>,
): Promise<Found | undefined> {
  try {
    const found = await show();
    const { seen, milliseconds, result = 'held' } = found;
    tell({ name, result, seen, ...(milliseconds !== undefined && { milliseconds }) });
    return found;
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    const missed = error instanceof Missed ? error : new Missed(failureWords(error, place), remedy);
    tell({ name, result: 'failed', seen: missed.message, remedy: missed.remedy });
    return undefined;
  }
}

/** The alias that nobody calls. */
export function drillAlias({ name, subject }: Stage): AliasName {
  return { functionName: subject.live.functionName, functionAlias: name };
}

export function drillTarget(stage: Stage): LambdaTarget {
  const { runningVersion, otherVersion } = stage.subject;
  return { ...drillAlias(stage), currentVersion: runningVersion, targetVersion: otherVersion };
}

export type Log = readonly Recorded<DeploymentEvent>[];

export async function logOf({ connection }: Stage, deploymentId: string): Promise<Log> {
  const events = await connection.tables.load(deploymentStream(deploymentId), 1);
  return events.map((event) => recorded<DeploymentEvent>(event));
}

type Type = DeploymentEvent['type'];
type OfType<Wanted extends Type> = Extract<Recorded<DeploymentEvent>, { readonly type: Wanted }>;

/** The first event of one of these types. */
export function first<Wanted extends Type>(
  log: Log,
  ...types: readonly Wanted[]
): OfType<Wanted> | undefined {
  return log.find((event): event is OfType<Wanted> => types.some((type) => type === event.type));
}
