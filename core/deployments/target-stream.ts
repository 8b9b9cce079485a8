/** Deployment ids hold no `#`, target ids may hold anything. */
const STREAM = /^target#(?<deploymentId>d-[A-Z0-9]+)#(?<targetId>.+)$/;

/** How the streams of all targets begin. */
export const TARGET_STREAMS = 'target#';

export function targetStream(deploymentId: string, targetId: string): string {
  return `${TARGET_STREAMS}${deploymentId}#${targetId}`;
}

/** Which target a stream is of; undefined for a stream of anything else. */
export function targetOfStream(
  stream: string,
): { readonly deploymentId: string; readonly targetId: string } | undefined {
  const { deploymentId, targetId } = STREAM.exec(stream)?.groups ?? {};
  return deploymentId === undefined || targetId === undefined ? undefined : { deploymentId, targetId };
}
