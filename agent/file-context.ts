/** How semanage names exactly one path: it takes patterns. */
export function fileContextPattern(path: string): string {
  return path.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}
