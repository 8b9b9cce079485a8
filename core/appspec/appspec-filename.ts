const USUAL = 'appspec.yml';
const OTHER = 'appspec.yaml';

/**
 * The name of the AppSpec among the paths of a bundle, where agents have to be told it: undefined where it is the usual
 * one, or where there is none at all. A folder that is all there is counts for the whole, as it does to agents. Reads no
 * further than it must.
 */
export async function appSpecFilename(
  paths: Iterable<string> | AsyncIterable<string>,
): Promise<string | undefined> {
  let folder: string | undefined;
  let isOneFolder = true;
  let isAtTop = false;
  const inFolder = new Set<string>();
  for await (const path of paths) {
    const [top, second, third] = path.split('/').filter((part) => part !== '' && part !== '.');
    if (top === undefined) continue;
    if (top === USUAL && second === undefined) return undefined;
    isAtTop ||= top === OTHER && second === undefined;
    isOneFolder &&= top === (folder ??= top);
    if (second !== undefined && third === undefined && second.startsWith('appspec.')) inFolder.add(second);
  }
  const isInside = isOneFolder && inFolder.has(OTHER) && !inFolder.has(USUAL);
  return isAtTop || isInside ? OTHER : undefined;
}
