import { readFile } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { startLocalCloud } from '../../scripts/local-cloud/cloud.ts';
import type { LocalJson } from '../../scripts/local-cloud/local-json.ts';
import { timeScaleFrom } from '../../scripts/time-scale.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** What `.sluice/local.json` would say of the cloud that these tests run on: `inject('local')`. */
    local: LocalJson;
    /** The synthesized stack that was deployed for these tests; undefined where their cloud was given. */
    assembly: string | undefined;
  }
}

/** A minute of a configuration lasts a second: long enough to act in the middle of a bake. */
const TIME_SCALE = 60;
/** Waits and retry intervals of workflows are whole seconds, at least: this makes a retry of 1 s one of 50 ms. */
const WAIT_SCALE = 0.05;

/**
 * One local cloud for all files of the project; vitest calls this only where one of them is to be run. SLUICE_TEST_CLOUD
 * names the local.json of one that is up, whose owner ends it.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['SLUICE_TEST_CLOUD'];
  if (given !== undefined) {
    project.provide('local', JSON.parse(await readFile(given, 'utf8')) as LocalJson);
    return () => Promise.resolve();
  }
  const cloud = await startLocalCloud({
    timeScale: timeScaleFrom(undefined, process.env, TIME_SCALE),
    waitScale: WAIT_SCALE,
    // Where vitest itself is ended, everything that was started ends with its process.
    signal: new AbortController().signal,
    say: console.log,
  });
  project.provide('local', cloud.local);
  project.provide('assembly', cloud.assembly);
  return cloud.close;
}
