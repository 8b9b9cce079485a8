import type { TimelineEntry } from '../core/views/timeline.ts';
import type { DeploymentPicture } from '../core/views/v1.ts';
import { type HostThen, hostPictureLines } from './host-picture-lines.ts';
import { elapsed, localDateTime, oneLine, tellLocalTime } from './lines.ts';

/** Which moment a picture is of, and what there was of a fleet. */
export interface Shown {
  readonly at: number;
  /** The last event that there was then. */
  readonly last: TimelineEntry;
  /** How many there are by now. */
  readonly versions: number;
  /** In the order of start; none of a Lambda deployment. */
  readonly hosts: readonly HostThen[];
}

/** A deployment as it was then, a labelled line for each thing that a reader may want to know. */
export function pictureLines(
  picture: DeploymentPicture,
  { at, last, versions, hosts }: Shown,
): readonly string[] {
  const sinceCreation = elapsed(at - Date.parse(picture.createdAt));
  const { applicationName, deploymentGroupName, deploymentConfigName, errorInformation: reason } = picture;
  const happened = `${last.type} at ${tellLocalTime(last.at, at)} by ${last.who}`;
  return [
    `${picture.deploymentId} at ${localDateTime(at)}, ${sinceCreation} after its creation (version ${last.version} of ${versions})`,
    '',
    ...labelled('Status', [picture.status]),
    ...labelled('Reason', reason === undefined ? [] : [`${reason.code}: ${reason.message}`]),
    ...labelled('Remarks', remarks(picture)),
    ...labelled('Group', [`${applicationName} / ${deploymentGroupName} with ${deploymentConfigName}`]),
    ...labelled('Traffic', trafficLines(picture)),
    ...labelled('Lifecycle', lifecycleLines(picture, at)),
    ...hostPictureLines(picture, hosts, at).flatMap(([label, lines]) => labelled(label, lines)),
    ...labelled('Waiting for', waitingLines(picture, at)),
    ...labelled('Last event', [happened, last.sentence]),
  ];
}

/** Wide enough for the longest label and a gap. */
const LABEL_WIDTH = 13;

function labelled(label: string, lines: readonly string[]): readonly string[] {
  return lines.map((line, index) => `${(index === 0 ? label : '').padEnd(LABEL_WIDTH)}${oneLine(line)}`);
}

/** What else is to be said, without what the reason says already. */
function remarks({
  errorInformation,
  deploymentStatusMessages,
  rollbackInfo,
}: DeploymentPicture): readonly string[] {
  const known = errorInformation?.message;
  return [
    ...deploymentStatusMessages.filter((message) => known === undefined || !message.includes(known)),
    ...(rollbackInfo === undefined ? [] : [rollbackInfo.rollbackMessage]),
  ];
}

function trafficLines({ traffic, computePlatform }: DeploymentPicture): readonly string[] {
  if (computePlatform !== 'Lambda') return [];
  if (traffic === undefined) return ['untouched: the deployment is not admitted yet'];
  const { functionName, functionAlias, currentVersion, targetVersion, weight, wantedWeight } = traffic;
  const divided = (share: number): string =>
    `${share} % on version ${targetVersion}, ${100 - share} % on version ${currentVersion}`;
  return [
    `alias ${functionAlias} of ${functionName}: ${divided(weight)}, step ${traffic.step} of ${traffic.steps}`,
    ...(weight === wantedWeight ? [] : [`wanted: ${divided(wantedWeight)}`]),
  ];
}

function lifecycleLines({ lifecycleEvents }: DeploymentPicture, at: number): readonly string[] {
  const nameWidth = Math.max(...lifecycleEvents.map(({ lifecycleEventName: name }) => name.length));
  return lifecycleEvents.map(({ lifecycleEventName, status, startedAt, durationSeconds, functionName }) => {
    const since = startedAt === undefined ? '' : `from ${tellLocalTime(Date.parse(startedAt), at)}`;
    const lasting = durationSeconds === undefined ? '' : `for ${elapsed(durationSeconds * 1000)}`;
    const by = functionName === undefined ? '' : `by ${functionName}`;
    const words = [lifecycleEventName.padEnd(nameWidth), status.padEnd(STATUS_WIDTH), since, lasting, by];
    return words
      .filter((word) => word !== '')
      .join('  ')
      .trimEnd();
  });
}

/** That of InProgress. */
const STATUS_WIDTH = 10;

function waitingLines({ waitingFor }: DeploymentPicture, at: number): readonly string[] {
  if (waitingFor === undefined) return [];
  return [`${waitingFor.sentence}, until ${tellLocalTime(Date.parse(waitingFor.until), at)}`];
}
