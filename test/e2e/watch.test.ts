import { StopDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { describe, expect, it } from 'vitest';
import { breakableConnection } from '../support/breakable-connection.ts';
import {
  baking,
  codedeploy,
  deploy,
  deployment,
  ended,
  eventually,
  fleet,
  local,
  setAlarm,
  slowCanary,
} from './cloud.ts';
import { type InTerminal, inTerminal } from './in-terminal.ts';
import { localFile, localFileWith } from './sluice.ts';
import { policyOf, userUnder } from './iam-users.ts';
import { hook, hookedAppSpec, inline } from './validation-functions.ts';

const CANARY = 'CodeDeployDefault.LambdaCanary10Percent10Minutes';

function watch(
  size: readonly [columns: number, rows: number],
  deploymentId: string,
  environment: Readonly<Record<string, string>> = {},
): InTerminal {
  const command = ['node', 'cli/sluice.mjs', 'watch', deploymentId];
  return inTerminal(size, command, { SLUICE_LOCAL_JSON: localFile, ...environment });
}

/** The screen once it shows this. */
function shows({ screen }: InTerminal, words: RegExp): Promise<string> {
  return eventually(
    `the screen shows ${String(words)}`,
    async () => screen.lines().join('\n'),
    (text) => words.test(text),
  );
}

describe('sluice watch in a real terminal', () => {
  it('shows a canary with its hooks while it bakes, and leaves how it ended above the prompt', async () => {
    const shop = await fleet();
    const name = await hook(inline(`return { status: 'Succeeded', message: 'the price is right' };`));
    const hooks = { BeforeAllowTraffic: name, AfterAllowTraffic: name };
    const id = await deploy(shop, { config: CANARY, content: hookedAppSpec(shop, hooks) });
    const terminal = watch([80, 24], id);
    await shows(terminal, /alias {3}█+░+ {2}10 % on version 2\n│ {4}next {4}100 % in \d+ s, step 2 of 2/);
    // Alarms are read beside the alias, and may come after it.
    const text = await shows(terminal, /Alarms {2}✓ quote-5xx-\w+ {2}OK/);
    expect(text).toMatch(/^● \S+ {2}InProgress {2}shop-/);
    expect(text).toMatch(/wanted {2}█+░+ {2}10 % on version 2/);
    expect(text).toMatch(
      /├─ ✓ BeforeAllowTraffic {2}Succeeded .* CodeDeployHook_\w+\n│ {4}the price is right/,
    );
    expect(text).toMatch(/└─ Waiting for the bake of step 1 at 10 % to end: \d+ s, until \d\d:/);
    expect(terminal.screen.cursor().isVisible).toBe(false);
    expect(await terminal.exitCode).toBe(0);
    const lines = terminal.screen.lines();
    expect(lines[0]).toBe(`✓ ${id}  Succeeded  ${shop.applicationName}/${shop.deploymentGroupName}`);
    expect(lines.join('\n')).toMatch(/alias {3}█+ {2}100 % on version 2/);
    expect(terminal.screen.cursor()).toEqual({ row: lines.length, column: 0, isVisible: true });
    expect(terminal.screen.wraps()).toBe(0);
  });

  it('shows the rollback under the deployment that an alarm stopped, and exits 1', async () => {
    const shop = await fleet();
    const id = await deploy(shop, { config: await slowCanary() });
    const terminal = watch([200, 50], id);
    await shows(terminal, /10 % of the traffic on version 2/);
    await setAlarm(shop.alarmName, 'ALARM');
    expect(await terminal.exitCode).toBe(1);
    const lines = terminal.screen.lines();
    const { rollbackInfo } = await deployment(id);
    const rollbackId = rollbackInfo?.rollbackDeploymentId;
    expect(lines[0]).toMatch(new RegExp(`^■ ${id} {2}Stopped`));
    expect(lines[1]).toMatch(
      new RegExp(`^│ Stopped at 10 % by alarm ${shop.alarmName}, .*; rolled back by ${rollbackId}$`),
    );
    const at = lines.findIndex((line) => line.startsWith(`└─ ✓ ${rollbackId}  Succeeded`));
    expect(at).toBeGreaterThan(0);
    expect(lines[at + 2]).toContain(`rollback of ${id}`);
    expect(lines.slice(at + 1).every((line) => line.startsWith('   '))).toBe(true);
    expect(lines.slice(at).join('\n')).toMatch(/alias {3}█+ {2}100 % on version 1/);
    expect(terminal.screen.wraps()).toBe(0);
  });

  it('shows the last words of a function that failed, without colours where they are not wanted', async () => {
    const shop = await fleet({ autoRollbackConfiguration: { enabled: false } });
    const name = await hook(inline(`console.log('item 7'); throw new Error('no price for item 7');`));
    const id = await deploy(shop, {
      config: CANARY,
      content: hookedAppSpec(shop, { BeforeAllowTraffic: name }),
    });
    const terminal = watch([80, 40], id, { NO_COLOR: '1' });
    expect(await terminal.exitCode).toBe(1);
    const text = terminal.screen.lines().join('\n');
    expect(text).toMatch(/✗ BeforeAllowTraffic {2}Failed/);
    expect(text).toMatch(/^│ {4}\S.*no price for item 7$/m);
    expect(text).toMatch(/^│ {4}> .*item 7$/m);
    expect(terminal.output()).not.toContain('\u001B[3');
    expect(terminal.output()).not.toMatch(/\[\d*m/);
  });

  it('goes on after the connection was lost for a while', async () => {
    const shop = await fleet();
    const id = await deploy(shop, { config: await slowCanary() });
    const connection = await breakableConnection(Number(new URL(local.cloudEndpoint).port));
    try {
      const cloudEndpoint = `http://127.0.0.1:${connection.port}`;
      const terminal = watch([80, 30], id, { SLUICE_LOCAL_JSON: localFileWith({ cloudEndpoint }) });
      await shows(terminal, /10 % of the traffic on version 2/);
      connection.cut();
      await shows(terminal, /! lost for \d+ s, trying on: the local cloud/);
      connection.mend();
      await codedeploy.send(new StopDeploymentCommand({ deploymentId: id }));
      expect(await terminal.exitCode).toBe(1);
      const text = terminal.screen.lines().join('\n');
      expect(text).toMatch(/Stopped at 10 % by /);
      expect(text).not.toContain('lost for');
    } finally {
      await connection.close();
    }
  });

  it('draws anew in another size, and gives the cursor back at Ctrl-C', async () => {
    const shop = await fleet();
    const id = await deploy(shop, { config: await slowCanary() });
    await baking(id);
    const terminal = watch([120, 40], id);
    await shows(terminal, /alias {3}█+░{60,} {2}10 %/);
    terminal.resize(60, 40);
    await shows(terminal, /alias {3}█+░{10,30} {2}10 %/);
    expect(terminal.screen.everything().filter((line) => line.includes(id))).toHaveLength(1);
    terminal.press('\u0003');
    expect(await terminal.exitCode).toBe(130);
    expect(terminal.screen.cursor()).toMatchObject({ column: 0, isVisible: true });
    expect((await deployment(id)).status).toBe('InProgress');
    await codedeploy.send(new StopDeploymentCommand({ deploymentId: id }));
    await ended(id);
  });

  it('prints lines in a terminal that can do no more', async () => {
    const shop = await fleet();
    const id = await deploy(shop, { config: 'CodeDeployDefault.LambdaAllAtOnce' });
    const terminal = watch([200, 50], id, { TERM: 'dumb' });
    expect(await terminal.exitCode).toBe(0);
    expect(terminal.screen.lines()[0]).toMatch(/^\d\d:\d\d:\d\d {5}\+0\.0s {2}Created for shop-/);
    expect(terminal.output()).not.toContain('\u001B');
  });

  it('goes on where whoever watches may read the log and nothing beside it', async () => {
    const shop = await fleet();
    const id = await deploy(shop, { config: 'CodeDeployDefault.LambdaCanary10Percent5Minutes' });
    const { key: credentials } = await userUnder(
      policyOf({
        Effect: 'Allow',
        Action: ['dynamodb:Query', 'dynamodb:GetItem'],
        Resource: Object.values(local.tables).map((table) => `arn:aws:dynamodb:*:*:table/${table}`),
      }),
    );
    const terminal = watch([80, 30], id, { SLUICE_LOCAL_JSON: localFileWith({ credentials }) });
    expect(await terminal.exitCode).toBe(0);
    const text = terminal.screen.lines().join('\n');
    expect(text).toMatch(/alias {3}not permitted to read the alias$/m);
    expect(text).toMatch(/Alarms {2}quote-5xx-\w+ {2}not permitted to read their state$/m);
  });
});
