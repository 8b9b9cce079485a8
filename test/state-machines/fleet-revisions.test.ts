import { describe, expect, it } from 'vitest';
import { ChangedObject } from '../../functions/adapters/revision-objects.ts';
import type { FleetSimulation } from '../support/fleet-simulation.ts';
import { fleetSimulation } from '../support/fleet-simulation.ts';

describe('a deployment to a fleet', () => {
  it('tells hosts the name of an AppSpec that is another than the usual, and goes on where it cannot know', async () => {
    const fleet = await fleetSimulation(1);
    const admitted = async (paths: readonly string[], error?: Error) => {
      fleet.bundle = async function* bundle() {
        yield* paths;
        if (error !== undefined) throw error;
      };
      const location = { revisionType: 'S3', bucket: 'b', key: 'k', bundleType: 'zip' } as const;
      const id = await fleet.launchFleet({ location });
      await fleet.world.runUntilIdle();
      const { status, fleet: own } = await fleet.deployment(id);
      return [status, own?.admitted.appSpecFilename];
    };
    expect(await admitted(['appspec.yaml'])).toEqual(['Succeeded', 'appspec.yaml']);
    expect(await admitted(['appspec.yml'])).toEqual(['Succeeded', undefined]);
    expect(await admitted(['appspec.yaml'], new Error('Access Denied'))).toEqual(['Succeeded', undefined]);
    fleet.gitHub = async () => ({ status: 'seen', names: ['appspec.yaml', 'web'] });
    const location = { revisionType: 'GitHub', repository: 'acme/shop', commitId: 'c0ffee1' } as const;
    const id = await fleet.launchFleet({ location });
    await fleet.world.runUntilIdle();
    expect((await fleet.deployment(id)).fleet?.admitted.appSpecFilename).toBe('appspec.yaml');
  });

  it.each([
    ['by name', { name: 'SlowDown' }],
    ['by its status alone, as to a HEAD', { name: 'Unknown', $metadata: { httpStatusCode: 503 } }],
  ])('looks into the bundle again later where S3 throttles it, and says so %s', async (_, says) => {
    const fleet = await fleetSimulation(1);
    let throttles = 2;
    fleet.bundle = async function* bundle() {
      throttles -= 1;
      if (throttles >= 0) throw Object.assign(new Error('Please reduce your request rate.'), says);
      yield 'appspec.yaml';
    };
    const location = { revisionType: 'S3', bucket: 'b', key: 'k', bundleType: 'zip' } as const;
    const id = await fleet.launchFleet({ location });
    await fleet.world.runUntilIdle();
    expect((await fleet.deployment(id)).fleet?.admitted.appSpecFilename).toBe('appspec.yaml');
    expect(fleet.types(id).filter((type) => type === 'AdmissionPostponed')).toHaveLength(2);
  });

  it.each([
    [
      'NoSuchKey',
      'REVISION_MISSING',
      /^The bundle s3:\/\/b\/k cannot be found \(NoSuchKey: .*correct the s3Location/,
    ],
    [
      'ChangedObject',
      'INVALID_REVISION',
      /^The bundle s3:\/\/b\/k is not the one that the revision names: .* eTag/,
    ],
  ])(
    'whose bundle is known to be had by no host (%s) ends before it touches one',
    async (name, code, message) => {
      const fleet = await fleetSimulation(1);
      const fault = name === 'ChangedObject' ? new ChangedObject('another eTag') : named(name);
      const id = await fleet.launchFleet({ location: looking(fleet, fault) });
      await fleet.world.runUntilIdle();
      expect((await fleet.deployment(id)).end).toMatchObject({
        code,
        message: expect.stringMatching(message),
        rollback: { status: 'none' },
      });
      expect(await fleet.targets(id)).toEqual([]);
    },
  );

  it.each([
    // The role of the group may be the only one that may not.
    'AccessDenied',
    // No reason to wait.
    'LookTookTooLong',
  ])('goes on where the bundle is not seen: %s', async (name) => {
    const fleet = await fleetSimulation(1);
    const id = await fleet.launchFleet({ location: looking(fleet, named(name)) });
    await fleet.world.runUntilIdle();
    expect((await fleet.deployment(id)).status).toBe('Succeeded');
    expect(fleet.types(id)).not.toContain('AdmissionPostponed');
  });

  it('of a private repository that no token opens ends before it touches a host, and says how to connect it', async () => {
    const fleet = await fleetSimulation(1);
    const ofAccount = (account: string) =>
      ({ revisionType: 'GitHub', repository: `${account}/shop`, commitId: 'c0ffee1' }) as const;
    const id = await fleet.launchFleet({ location: ofAccount('Acme') });
    await fleet.world.runUntilIdle();
    expect((await fleet.deployment(id)).end).toMatchObject({
      code: 'MISSING_GITHUB_TOKEN',
      message: expect.stringMatching(/Acme\/shop to nobody.*npx sluice github connect Acme$/),
    });
    expect(await fleet.targets(id)).toEqual([]);
    const other = await fleet.launchFleet({ location: ofAccount('Connected') });
    await fleet.world.runUntilIdle();
    expect((await fleet.deployment(other)).status).toBe('Succeeded');
  });

  it('of a commit that is not in its repository ends before it touches a host', async () => {
    const fleet = await fleetSimulation(1);
    fleet.gitHub = async () => ({ status: 'no-commit' });
    const location = { revisionType: 'GitHub', repository: 'acme/shop', commitId: 'c0ffee1' } as const;
    const id = await fleet.launchFleet({ location });
    await fleet.world.runUntilIdle();
    expect((await fleet.deployment(id)).end).toMatchObject({ code: 'REVISION_MISSING' });
    expect(await fleet.targets(id)).toEqual([]);
  });

  it.each([
    { status: 'seen', names: ['appspec.yml'] },
    { status: 'unanswered', message: 'it answered 403' },
  ] as const)('of a repository that is $status goes on to its hosts', async (seen) => {
    const fleet = await fleetSimulation(1);
    fleet.gitHub = async () => seen;
    const location = { revisionType: 'GitHub', repository: 'acme/shop', commitId: 'c0ffee1' } as const;
    const id = await fleet.launchFleet({ location });
    await fleet.world.runUntilIdle();
    expect((await fleet.deployment(id)).status).toBe('Succeeded');
  });
});

const named = (name: string) => Object.assign(new Error(`S3 says ${name}`), { name });

/** A bundle at which the look fails so. */
function looking(fleet: FleetSimulation, fault: Error) {
  // oxlint-disable-next-line require-yield
  fleet.bundle = async function* bundle() {
    throw fault;
  };
  return { revisionType: 'S3', bucket: 'b', key: 'k', bundleType: 'zip' } as const;
}
