import aslValidator from 'asl-validator';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { realAccount } from '../../infra/local-differences.ts';
import { synthesized } from './synthesized.ts';
import { at } from './template.ts';

const template = synthesized(realAccount('Sluice'));
const folder = join(import.meta.dirname, '../../state-machines');
const PATHS: Readonly<Record<string, string>> = {
  'hook.asl.json': 'Hook',
  'lambda.asl.json': 'Lambda',
  'in-place.asl.json': 'Fleet/InPlace',
  'instance.asl.json': 'Fleet/Instance',
};
const files = readdirSync(folder).filter((file) => file.endsWith('.asl.json'));

describe('each state machine', () => {
  it.each(files)('%s names the substitutions that the stack binds, all of them', (file) => {
    const named = [...textOf(file).matchAll(/\$\{(\w+)\}/g)].map((match) => match[1]);
    expect([...new Set(named)].sort()).toEqual(Object.keys(substitutionsOf(file)).sort());
  });

  it.each(files)('%s is valid with all of them bound', (file) => {
    const bound = textOf(file).replaceAll(
      /\$\{(\w+)\}/g,
      (_, name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
    );
    const { isValid, errorsText } = aslValidator(JSON.parse(bound) as Parameters<typeof aslValidator>[0]);
    expect(isValid, errorsText('\n')).toBe(true);
  });

  it.each(files)('%s gives each state longer than its function may take', (file) => {
    for (const [name, seconds] of Object.entries(timeoutsOf(file))) {
      expect.soft(functionTimeout(file, name), name).toBeLessThan(seconds);
    }
  });
});

/** The literal timeouts of the states, the shortest of each function; that of a bake is computed and longer or shorter. */
function timeoutsOf(file: string): Readonly<Record<string, number>> {
  const timeouts: Record<string, number> = {};
  for (const { Parameters, TimeoutSeconds } of statesOf(JSON.parse(textOf(file)) as StateGroup)) {
    const name = /^\$\{(\w+)\}$/.exec(Parameters?.FunctionName ?? '')?.[1];
    if (name !== undefined && TimeoutSeconds !== undefined) {
      timeouts[name] = Math.min(TimeoutSeconds, timeouts[name] ?? TimeoutSeconds);
    }
  }
  return timeouts;
}

interface StateGroup {
  readonly States: Readonly<Record<string, State>>;
}

interface State {
  readonly TimeoutSeconds?: number;
  readonly ItemProcessor?: StateGroup;
  readonly Parameters?: { readonly FunctionName?: string };
}

/** Those inside of a Map as well. */
function statesOf({ States }: StateGroup): readonly State[] {
  return Object.values(States).flatMap((state) => [
    state,
    ...(state.ItemProcessor === undefined ? [] : statesOf(state.ItemProcessor)),
  ]);
}

function functionTimeout(file: string, substitution: string): number {
  const { 'Fn::GetAtt': reference } = substitutionsOf(file)[substitution] as {
    'Fn::GetAtt': [string, string];
  };
  const bound = template.resources.find((each) => each.logicalId === reference[0]);
  return bound?.properties['Timeout'] as number;
}

function textOf(file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}

function substitutionsOf(file: string): Readonly<Record<string, unknown>> {
  const machine = at(template, `Workflows/${PATHS[file]}`);
  return machine.properties['DefinitionSubstitutions'] as Readonly<Record<string, unknown>>;
}
