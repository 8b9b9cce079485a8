import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lambdaAppSpecText, parseLambdaAppSpec } from '../../../core/appspec/lambda-appspec.ts';

const example =
  '{"version":0.0,"Resources":[{"priceQuote":{"Type":"AWS::Lambda::Function","Properties":{"Name":"price-quote",' +
  '"Alias":"live","CurrentVersion":"7","TargetVersion":"8"}}}],"Hooks":[{"BeforeAllowTraffic":"CodeDeployHook_quote"}]}';

const versions = {
  functionName: 'price-quote',
  functionAlias: 'live',
  currentVersion: '7',
  targetVersion: '8',
};

/** A good AppSpec in YAML with one line put in place of another. */
function yamlWith(replaced: string, by: string): string {
  expect(good).toContain(replaced);
  return good.replace(replaced, by);
}

const good = `version: 0.0
Resources:
  - priceQuote:
      Type: AWS::Lambda::Function
      Properties:
        Name: price-quote
        Alias: live
        CurrentVersion: 7
        TargetVersion: "8"
Hooks:
  - BeforeAllowTraffic: CodeDeployHook_before
  - AfterAllowTraffic: arn:aws:lambda:eu-west-1:123456789012:function:CodeDeployHook_after:live
`;

describe('a Lambda AppSpec', () => {
  it('is read from JSON', () => {
    expect(parseLambdaAppSpec(example)).toEqual({
      status: 'parsed',
      appSpec: { ...versions, hooks: { beforeAllowTraffic: 'CodeDeployHook_quote' } },
    });
  });

  it('is read from JSON indented with tabs, as editors write it', () => {
    const tabbed = JSON.stringify(JSON.parse(example), null, '\t').replaceAll('\n', '\r\n');
    expect(parseLambdaAppSpec(tabbed).status).toBe('parsed');
  });

  it('is read from YAML, versions as numbers or text', () => {
    expect(parseLambdaAppSpec(good)).toEqual({
      status: 'parsed',
      appSpec: {
        ...versions,
        hooks: {
          beforeAllowTraffic: 'CodeDeployHook_before',
          afterAllowTraffic: 'arn:aws:lambda:eu-west-1:123456789012:function:CodeDeployHook_after:live',
        },
      },
    });
  });

  it.each(['0.0', '0', '"0.0"', "'0.0'"])('may give its version as %s', (version) => {
    expect(parseLambdaAppSpec(yamlWith('0.0', version)).status).toBe('parsed');
  });

  it('may spell its keys in any case', () => {
    const lower = good
      .replace('Resources', 'resources')
      .replace('Type', 'type')
      .replace('Properties', 'PROPERTIES')
      .replace('CurrentVersion', 'currentversion')
      .replace('Hooks', 'hooks');
    expect(parseLambdaAppSpec(lower)).toEqual(parseLambdaAppSpec(good));
  });

  it('may hold unknown keys at the top, an anchor with its alias, and an empty Hooks', () => {
    expect(parseLambdaAppSpec(`${good}description: ours\n`).status).toBe('parsed');
    const anchored = yamlWith('live\n', '&name live\n').replace('CodeDeployHook_before', '*name');
    expect(parseLambdaAppSpec(anchored)).toMatchObject({
      appSpec: { hooks: { beforeAllowTraffic: 'live' } },
    });
    for (const empty of ['Hooks:\n', 'Hooks: []\n', '']) {
      const without = good.replace(/Hooks:[^]*/, empty);
      expect(parseLambdaAppSpec(without)).toEqual({
        status: 'parsed',
        appSpec: { ...versions, hooks: {} },
      });
    }
  });

  it.each([
    ['', 'it is empty'],
    ['# nothing', 'it is empty'],
    ['hello', 'must be a map with version and Resources (at line 1, column 1)'],
    ['[]', 'must be a map with version and Resources'],
    [yamlWith('version: 0.0', 'other: 1'), 'version is missing: add version: 0.0'],
    [yamlWith('0.0', '0.1'), 'version must be 0.0, the only one there is (at line 1, column 10)'],
    [yamlWith('0.0', '"0"'), 'version must be 0.0'],
    ['version: 0.0', 'Resources is missing'],
    ['version: 0.0\nResources: {}', 'Resources must be a list (at line 2, column 12)'],
    ['version: 0.0\nResources: []', 'exactly one function, but holds 0'],
    ['version: 0.0\nResources: [{a: {}}, {b: {}}]', 'exactly one function, but holds 2'],
    ['version: 0.0\nResources: [{a: {}, b: {}}]', 'exactly one name, but has 2'],
    ['version: 0.0\nResources: [a]', 'map of one name to its Type and Properties'],
    [yamlWith('AWS::Lambda::Function', 'AWS::ECS::Service'), 'Type must be AWS::Lambda::Function'],
    [yamlWith('AWS::Lambda::Function', 'aws::lambda::function'), 'in this spelling (at line 4, column 13)'],
    [yamlWith('      Type: AWS::Lambda::Function\n', ''), 'Type is missing'],
    [yamlWith('        Name: price-quote\n', ''), 'Name is missing: add Name, the name of the function'],
    [yamlWith('price-quote', 'arn:aws:lambda:eu-west-1:123456789012:function:f'), 'not its ARN'],
    [yamlWith('price-quote', '12'), 'Name must be'],
    [yamlWith('Alias: live', 'Alias: "7"'), 'not only digits (at line 7, column 16)'],
    [yamlWith('Alias: live', 'Alias:'), 'Alias is empty'],
    [yamlWith('        CurrentVersion: 7\n', ''), 'CurrentVersion is missing'],
    [yamlWith('CurrentVersion: 7', 'CurrentVersion: $LATEST'), 'never $LATEST (at line 8, column 25)'],
    [yamlWith('"8"', '0'), 'TargetVersion must be the number of a published version'],
    [yamlWith('"8"', '8.5'), 'TargetVersion must be'],
    [yamlWith('"8"', '-8'), 'TargetVersion must be'],
    [yamlWith('"8"', '"08"'), 'TargetVersion must be'],
    [yamlWith('"8"', '[8]'), 'TargetVersion must be'],
    [yamlWith('Resources', 'Resources: []\nresources'), 'occurs twice, as Resources and resources'],
    [yamlWith('- AfterAllowTraffic', '- AfterInstall'), 'not "AfterInstall" (at line 12, column 5)'],
    [yamlWith('- AfterAllowTraffic', '- afterAllowTraffic'), 'in this spelling'],
    [yamlWith('- AfterAllowTraffic', '- BeforeAllowTraffic'), 'names BeforeAllowTraffic twice'],
    [yamlWith('- AfterAllowTraffic', '  AfterAllowTraffic'), 'name exactly one event'],
    [yamlWith('CodeDeployHook_before', 'not a function'), 'the name or the ARN of a function'],
    [good.replace(/Hooks:[^]*/, 'Hooks: {BeforeAllowTraffic: f}'), 'Hooks must be a list'],
  ])('with wrong content is an invalid configuration: %s', (text, message) => {
    const reading = parseLambdaAppSpec(text);
    expect(reading).toMatchObject({ status: 'invalid', code: 'INVALID_LAMBDA_CONFIGURATION' });
    expect(reading.status === 'invalid' && reading.message).toContain(message);
  });

  it('that the service writes is the one it reads', () => {
    expect(lambdaAppSpecText(versions, 'priceQuote')).toBe(
      JSON.stringify({ ...JSON.parse(example), Hooks: undefined }).replace('"version":0', '"version":0.0'),
    );
    const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
    fc.assert(
      fc.property(
        name,
        name,
        fc.integer({ min: 1 }),
        fc.integer({ min: 1 }),
        fc.string(),
        (f, a, c, t, resource) => {
          const appSpec = {
            functionName: f,
            functionAlias: `a${a}`,
            currentVersion: String(c),
            targetVersion: String(t),
          };
          const reading = parseLambdaAppSpec(lambdaAppSpecText(appSpec, resource));
          expect(reading).toEqual({ status: 'parsed', appSpec: { ...appSpec, hooks: {} } });
        },
      ),
    );
  });

  it('never throws, whatever the text', () => {
    const damaged = fc
      .tuple(fc.constantFrom(good, example), fc.nat(), fc.nat({ max: 20 }), fc.string({ unit: 'binary' }))
      .map(([text, at, length, by]) => {
        const start = at % text.length;
        return text.slice(0, start) + by + text.slice(start + length);
      });
    const yamlish = fc
      .array(
        fc.constantFrom(
          '- ',
          'a',
          ': ',
          '\n',
          '  ',
          '{',
          '}',
          '[',
          ']',
          '&a ',
          '*a',
          '!!t ',
          '"',
          "'",
          '|',
          '?',
          '#',
          '%',
        ),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(fc.string(), damaged, yamlish), (text) => {
        expect(['parsed', 'invalid']).toContain(parseLambdaAppSpec(text).status);
      }),
      { numRuns: 500 },
    );
  });
});
