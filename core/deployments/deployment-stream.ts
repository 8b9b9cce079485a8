const PREFIX = 'deployment#';

/** The stream of one deployment in the log. */
export function deploymentStream(deploymentId: string): string {
  return `${PREFIX}${deploymentId}`;
}

/** Undefined where it is the stream of something else. */
export function deploymentIdOfStream(stream: string): string | undefined {
  return stream.startsWith(PREFIX) ? stream.slice(PREFIX.length) : undefined;
}
