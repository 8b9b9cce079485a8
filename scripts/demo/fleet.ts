import {
  CodeDeployClient,
  CreateApplicationCommand,
  CreateDeploymentCommand,
  CreateDeploymentConfigCommand,
  CreateDeploymentGroupCommand,
} from '@aws-sdk/client-codedeploy';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientSettings } from '../local-cloud/client-settings.ts';
import type { LocalJson } from '../local-cloud/local-json.ts';

export const APPLICATION = 'web';
export const CONFIG = 'FourOfSixHealthy';
const group = { applicationName: APPLICATION, deploymentGroupName: 'web-prod' };
const BUCKET = 'web-releases';

/** The team's side of the story: the application, its group of tagged hosts, and its releases. */
export interface WebTeam {
  /** A release whose page says this; `brokenOn` is a page that the validation of the hosts refuses. */
  readonly deploy: (release: Release) => Promise<string>;
}

export interface Release {
  readonly page: string;
  readonly bundleType: 'tgz' | 'zip';
}

export async function openTeam(local: LocalJson): Promise<WebTeam> {
  const client = clientSettings(local);
  const codedeploy = new CodeDeployClient({ ...client, endpoint: local.endpoint });
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await codedeploy.send(new CreateApplicationCommand({ applicationName: APPLICATION }));
  await codedeploy.send(
    new CreateDeploymentConfigCommand({
      deploymentConfigName: CONFIG,
      minimumHealthyHosts: { type: 'HOST_COUNT', value: 4 },
    }),
  );
  await codedeploy.send(
    new CreateDeploymentGroupCommand({
      ...group,
      serviceRoleArn: local.serviceRoles.Server ?? '',
      deploymentConfigName: CONFIG,
      onPremisesInstanceTagFilters: [{ Key: 'site', Value: 'web', Type: 'KEY_AND_VALUE' }],
      autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_FAILURE'] },
    }),
  );
  let releases = 0;
  return {
    deploy: async (release) => {
      releases += 1;
      const key = `CodeDeploy/web-${releases}.${release.bundleType}`;
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: bundleOf(release) }));
      const s3Location = { bucket: BUCKET, key, bundleType: release.bundleType };
      const { deploymentId } = await codedeploy.send(
        new CreateDeploymentCommand({
          ...group,
          description: `release ${releases}`,
          revision: { revisionType: 'S3', s3Location },
        }),
      );
      return deploymentId ?? '';
    },
  };
}

/** The folder `web` with the page of the release in it, packed. */
function bundleOf({ page, bundleType }: Release): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-release-'));
  try {
    const release = join(folder, 'release');
    cpSync(join(import.meta.dirname, 'web'), release, { recursive: true });
    writeFileSync(join(release, 'app', 'page.txt'), `${page}\n`);
    const bundle = join(folder, `bundle.${bundleType}`);
    const zipping = ['-m', 'zipfile', '-c', bundle, 'appspec.yml', 'app/', 'scripts/'];
    if (bundleType === 'zip') execFileSync('python3', zipping, { cwd: release });
    else execFileSync('tar', ['-czf', bundle, '-C', release, '.']);
    return readFileSync(bundle);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
