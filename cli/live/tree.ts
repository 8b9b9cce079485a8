import type { DeploymentPicture } from '../../core/views/v1.ts';
import { deploymentPicture } from '../../core/views/deployment-picture.ts';
import { eventSentence } from '../../core/views/event-sentence.ts';
import { isoTime } from '../../functions/runtime/time-texts.ts';
import { creatorWords } from '../deployment-words.ts';
import { placeOf } from '../known-deployment.ts';
import { tellLocalTime } from '../lines.ts';
import { type AlarmsView, alarmLines } from './alarm-lines.ts';
import { folded } from './display-width.ts';
import { fleetLines } from './fleet-lines.ts';
import type { Followed } from './followed.ts';
import { headline } from './headline.ts';
import { HOST_DETAILS, type HostDetail, type HostsLook, hostParagraphs } from './host-lines.ts';
import { type LifecycleEventView, lifecycleLines } from './lifecycle-lines.ts';
import { type Line, type Look, type Tone, piece, written } from './line.ts';
import { secondsSince, secondsUntil, timeWords } from './time-words.ts';
import { type AliasView, trafficLines } from './traffic-lines.ts';

/** All that the tree shows, as it is known now. */
export interface Scene {
  readonly now: number;
  /** The one that is asked for, and behind it the one that undoes it. */
  readonly deployments: readonly Followed[];
  /** Of the youngest that was admitted. */
  readonly alias: AliasView;
  /** Of the first one. */
  readonly alarms: AlarmsView;
  readonly outage?: Outage;
}

/** The log does not answer. */
export interface Outage {
  /** Which installation, in words. */
  readonly place: string;
  /** When it last did. */
  readonly since: number;
  /** Empty while it only keeps us waiting. */
  readonly reason: string;
}

/** The deployment as a tree, its rollback under it: lines that a terminal of that width shows as they are. */
export function tree(scene: Scene, look: Look): readonly string[] {
  const { rows = Number.POSITIVE_INFINITY } = look;
  let lines: readonly Line[] = [];
  for (const detail of HOST_DETAILS) {
    lines = treeLines(scene, look.width, detail);
    if (lines.length <= rows) break;
  }
  return lines.map((line) => written(line, look));
}

function treeLines(scene: Scene, width: number, detail: HostDetail): readonly Line[] {
  const [first, ...others] = scene.deployments;
  if (first === undefined) return [];
  return [
    ...branchLines(branch(scene, first, others, { width, detail }), { first: '', rest: '' }),
    ...outageLines(scene, width),
  ];
}

/** Some lines of its own, and branches below. */
interface Branch {
  readonly lines: readonly Line[];
  readonly branches: readonly Branch[];
}

/** Columns of a guide, by which each branch stands further in. */
const GUIDE = { fork: '├─ ', last: '└─ ', beside: '│  ', below: '   ' } as const;
const GUIDE_WIDTH = 3;
/** Further lines of a branch stand in by as much. */
const INDENT = '  ';

function branchLines(
  { lines, branches }: Branch,
  guide: { readonly first: string; readonly rest: string },
): readonly Line[] {
  const beside = branches.length > 0 ? '│ ' : INDENT;
  return [
    ...lines.map((line, index) => [piece(index === 0 ? guide.first : guide.rest + beside, 'quiet'), ...line]),
    ...branches.flatMap((each, index) => {
      const isLast = index === branches.length - 1;
      const first = guide.rest + (isLast ? GUIDE.last : GUIDE.fork);
      const rest = guide.rest + (isLast ? GUIDE.below : GUIDE.beside);
      return branchLines(each, { first, rest });
    }),
  ];
}

/** `others` are those that undo it, in turn. */
function branch(
  scene: Scene,
  deployment: Followed,
  others: readonly Followed[],
  { width, detail }: { readonly width: number; readonly detail: HostDetail },
): Branch {
  const { now, alias } = scene;
  const { state } = deployment;
  const [rollback, ...further] = others;
  const picture = deploymentPicture(state, now, isoTime);
  const room = width - GUIDE_WIDTH - INDENT.length;
  const isYoungest = rollback?.state.admission === undefined;
  const leaf = (...lines: readonly Line[]): Branch => ({ lines, branches: [] });
  const leaves = [
    ...(picture.traffic === undefined
      ? []
      : [
          leaf(...trafficLines(state, picture.traffic, isYoungest ? alias : undefined, { width: room, now })),
        ]),
    ...fleetBranches(deployment, { now, width: room, detail }),
    ...picture.lifecycleEvents.map((event) => leaf(...lifecycleLines(event, known(picture), room))),
    ...alarmLeaves(scene, deployment).map((lines) => leaf(...lines)),
    ...asideParagraphs(deployment, picture).map((text) => leaf(...paragraph(`! ${text}`, room, 'warning'))),
    ...waitingParagraphs(picture, now).map((text) => leaf(...paragraph(text, room))),
  ];
  const undoing =
    rollback === undefined ? [] : [branch(scene, rollback, further, { width: width - GUIDE_WIDTH, detail })];
  return {
    lines: headLines(deployment, rollback, picture, { now, width: width - INDENT.length }),
    branches: [...leaves, ...undoing],
  };
}

/** The whole fleet, and below it its hosts. */
function fleetBranches({ state, claimed }: Followed, { width, ...look }: HostsLook): readonly Branch[] {
  if (state.fleet === undefined) return [];
  const room = width - GUIDE_WIDTH;
  const hosts = hostParagraphs(state, claimed, { width: room, ...look });
  const branches = hosts.map((lines): Branch => ({ lines, branches: [] }));
  return [{ lines: fleetLines(state, claimed, width), branches }];
}

/** Long words of AWS are told in so many lines; the log has them whole. */
const MOST_LINES = 8;

function paragraph(text: string, width: number, tone?: Tone): readonly Line[] {
  return folded(piece(text).text, width, MOST_LINES).map((line) => [piece(line, tone)]);
}

function headLines(
  deployment: Followed,
  rollback: Followed | undefined,
  picture: DeploymentPicture,
  { now, width }: { readonly now: number; readonly width: number },
): readonly Line[] {
  const { state, actor } = deployment;
  const { glyph, tone, sentence, reason } = headline(deployment, rollback, now);
  const isOver = state.completedAt !== undefined;
  const lasted = timeWords(secondsSince(state.createdAt, state.completedAt ?? now));
  const origin =
    `${creatorWords(state, actor)}, with ${picture.deploymentConfigName}, ` +
    (isOver ? `took ${lasted}` : `${lasted} so far`);
  return [
    [
      piece(`${glyph} `, tone),
      piece(picture.deploymentId, 'strong'),
      piece('  '),
      piece(picture.status, tone),
      piece(`  ${placeOf(picture)}`),
    ],
    ...paragraph(sentence, width, tone),
    ...(reason === undefined ? [] : paragraph(reason, width)),
    ...paragraph(origin, width, 'quiet'),
    ...(picture.description === undefined || picture.description === ''
      ? []
      : [[piece(picture.description, 'quiet')]]),
  ];
}

/** What the head says already need not be said of a lifecycle event again. */
function known({ errorInformation }: DeploymentPicture): (event: LifecycleEventView) => boolean {
  return ({ diagnostics }) =>
    diagnostics !== undefined && errorInformation?.message.startsWith(diagnostics.message) === true;
}

function alarmLeaves({ alarms, deployments }: Scene, { state }: Followed): readonly (readonly Line[])[] {
  const { names } = state.created.alarms;
  return names.length === 0 || deployments[0]?.state !== state ? [] : [alarmLines(names, alarms)];
}

function asideParagraphs({ state, asides }: Followed, picture: DeploymentPicture): readonly string[] {
  const { restore, admission, traffic, fleet } = state;
  const held = picture.waitingFor === undefined ? undefined : traffic.inFlight?.message;
  return [
    ...(admission?.skippedChecks ?? fleet?.admitted.skippedChecks ?? []).map(
      (check) => `Not checked: ${check}`,
    ),
    ...(held === undefined ? [] : [`Step ${traffic.inFlight?.step} is held and tried again: ${held}`]),
    ...(restore?.status === 'failed' && picture.completedAt === undefined
      ? [`The traffic could not be put back yet (${restore.code}): ${restore.message}`]
      : []),
    ...asides.map((event) => eventSentence(event, state, tellLocalTime)),
  ];
}

function waitingParagraphs({ waitingFor }: DeploymentPicture, now: number): readonly string[] {
  if (waitingFor === undefined) return [];
  const until = Date.parse(waitingFor.until);
  const left =
    until >= now ? timeWords(secondsUntil(until, now)) : `overdue for ${timeWords(secondsSince(until, now))}`;
  return [`Waiting for ${waitingFor.sentence}: ${left}, until ${tellLocalTime(until, now)}`];
}

function outageLines({ outage, now }: Scene, width: number): readonly Line[] {
  if (outage === undefined) return [];
  const { place, since, reason } = outage;
  const why = reason === '' ? '' : ` (${reason})`;
  const lost = `lost for ${timeWords(secondsSince(since, now))}, trying on`;
  return paragraph(`! ${lost}: ${place} does not answer${why}`, width, 'warning');
}
