import { describe, expect, it } from 'vitest';
import { memoryTables, sluice } from './memory-tables.ts';

const tables = memoryTables({ allEvents: () => [], allRows: () => [] });
const COMMANDS = [
  'watch',
  'list',
  'events',
  'stop',
  'redeploy',
  'rollback',
  'cost',
  'verify',
  'replay',
  'drill',
  'doctor',
  'role trust',
  'profile',
  'proxy',
];

describe('sluice', () => {
  it.each(['--help', '-h', 'help'])('%s lists the commands', async (word) => {
    const { code, printed } = await sluice(tables, [word]);
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(printed.join('\n')).toMatch(new RegExp(`^ {2}${command}`, 'm'));
  });

  it.each(COMMANDS)('%s --help shows its usage, an example and the exit codes', async (command) => {
    const { code, printed } = await sluice(tables, [...command.split(' '), '--help']);
    expect(code).toBe(0);
    expect(printed.join('\n')).toMatch(
      new RegExp(`^Usage: sluice ${command}[^]*Example: sluice ${command}[^]*Exit code:`),
    );
  });

  it.each([
    [
      'host',
      ['host register <name>', 'host rotate <name>', 'host revoke <name>', 'host list', 'host certificate'],
    ],
    ['role', ['role trust <role-arn>']],
    ['github', ['github connect <account>']],
  ])('%s --help lists the commands that begin so, and no others', async (thing, own) => {
    for (const word of ['--help', '-h']) {
      const { code, printed } = await sluice(tables, [thing, word]);
      expect(code).toBe(0);
      expect(printed.join('\n')).toMatch(new RegExp(`^Usage: sluice ${thing} <command>`));
      const listed = printed.join('\n').matchAll(/^ {2}(\S.*?) {2,}\S/gm);
      expect([...listed].map(([, command]) => command)).toEqual(own);
    }
  });

  it.each([
    [[], /^Usage: sluice <command>/],
    [['fly'], /there is no command fly/],
    [['role'], /there is no command role\./],
    [['role', 'fly'], /there is no command role fly\.\n\nUsage: sluice role <command>/],
    [['role', 'trust'], /<role-arn> is missing/],
    [['watch'], /<deployment-id> is missing/],
    [['watch', ''], /<deployment-id> is empty/],
    [['watch', 'd-1', 'd-2'], /d-2 is not understood/],
    [['verify', 'd-1'], /d-1 is not understood/],
    [['watch', 'd-1', '--loud'], /Unknown option '--loud'\.\n\nUsage: sluice watch/],
    [['replay', '--check=yes'], /'--check' does not take an argument/],
  ])('%j is not understood: exit code 2 with the usage', async (words, message) => {
    const { code, printed, noted } = await sluice(tables, words);
    expect({ code, printed }).toEqual({ code: 2, printed: [] });
    expect(noted.join('\n')).toMatch(message);
    expect(noted.join('\n')).toMatch(/Usage: sluice/);
  });
});
