import { type AppSpecEntry, type AppSpecNode, type Position, parseAppSpecText, place } from './appspec.ts';

/** What a Lambda deployment is told: which alias goes from which version to which, and who validates it. */
export type LambdaAppSpec = {
  readonly functionName: string;
  readonly functionAlias: string;
  /** Both are published versions: positive integers, as text. */
  readonly currentVersion: string;
  readonly targetVersion: string;
  /** Validation functions: a name or an ARN each. */
  readonly hooks: { readonly beforeAllowTraffic?: string; readonly afterAllowTraffic?: string };
};

export type LambdaAppSpecReading =
  | { readonly status: 'parsed'; readonly appSpec: LambdaAppSpec }
  | {
      readonly status: 'invalid';
      /** INVALID_REVISION where the text is no document at all, the other where its content is wrong. */
      readonly code: 'INVALID_LAMBDA_CONFIGURATION' | 'INVALID_REVISION';
      readonly message: string;
    };

/**
 * Reads the AppSpec of a Lambda deployment, YAML or JSON. Keys match whatever their case; the resource type and the
 * names of hooks do not. Never throws: a wrong AppSpec fails a deployment that was already accepted, with `code` and
 * `message` as its error information.
 */
export function parseLambdaAppSpec(text: string): LambdaAppSpecReading {
  const reading = parseAppSpecText(text);
  if (reading.status === 'invalid') return reading;
  try {
    return { status: 'parsed', appSpec: lambdaAppSpecOf(reading.root) };
  } catch (fault) {
    if (!(fault instanceof Misconfigured)) throw fault;
    return { status: 'invalid', code: 'INVALID_LAMBDA_CONFIGURATION', message: fault.message };
  }
}

/** The text of an AppSpec that says just this, as the service itself writes one: for a rollback without a revision. */
export function lambdaAppSpecText(appSpec: Omit<LambdaAppSpec, 'hooks'>, resourceName: string): string {
  const resource = {
    Type: LAMBDA_FUNCTION,
    Properties: {
      Name: appSpec.functionName,
      Alias: appSpec.functionAlias,
      CurrentVersion: appSpec.currentVersion,
      TargetVersion: appSpec.targetVersion,
    },
  };
  // JSON.stringify would write the number 0.0 as 0.
  return `{"version":0.0,"Resources":${JSON.stringify([{ [resourceName]: resource }])}}`;
}

const LAMBDA_FUNCTION = 'AWS::Lambda::Function';

/** Lambda's own limits and alphabets. An alias of digits alone would be a version. */
const FUNCTION_NAME = /^[A-Za-z0-9_-]{1,64}$/;
const ALIAS = /^(?!\d+$)[A-Za-z0-9_-]{1,128}$/;
const VERSION = /^[1-9]\d{0,18}$/;
const HOOK_FUNCTION =
  /^(?:arn:aws[a-z-]{0,20}:lambda:[a-z0-9-]{1,40}:\d{12}:function:)?[A-Za-z0-9_-]{1,64}(?::(?:\$LATEST|[A-Za-z0-9_-]{1,128}))?$/;

/** Never leaves this file: it carries a fault out of the nested checks. */
class Misconfigured extends Error {
  constructor(detail: string, at?: Position) {
    super(`The AppSpec is missing or has an invalid configuration: ${detail}${at ? ` (${place(at)})` : ''}.`);
  }
}

function lambdaAppSpecOf(root: AppSpecNode): LambdaAppSpec {
  if (root.type === 'scalar' && root.value === null) throw new Misconfigured('it is empty');
  const document = entriesOf(root, 'it must be a map with version and Resources');
  checkVersion(needed(document, 'version', 'add version: 0.0', root.at));
  const properties = propertiesOf(needed(document, 'Resources', 'add Resources with one function', root.at));
  return { ...properties, hooks: hooksOf(optional(document, 'Hooks')) };
}

function checkVersion(node: AppSpecNode): void {
  if (node.type === 'scalar' && (node.value === 0 || node.value === '0.0')) return;
  throw new Misconfigured('version must be 0.0, the only one there is', node.at);
}

function propertiesOf(resources: AppSpecNode): Omit<LambdaAppSpec, 'hooks'> {
  if (resources.type !== 'list') throw new Misconfigured('Resources must be a list', resources.at);
  const [item] = resources.items;
  if (item === undefined || resources.items.length > 1) {
    throw new Misconfigured(
      `Resources must hold exactly one function, but holds ${resources.items.length}`,
      resources.at,
    );
  }
  const named = entriesOf(item, 'a resource must be a map of one name to its Type and Properties');
  const [entry] = named;
  if (entry === undefined || named.length > 1) {
    throw new Misconfigured(`a resource must have exactly one name, but has ${named.length}`, item.at);
  }
  const where = entry.at;
  const resource = entriesOf(entry.value, `the resource ${entry.key} must be a map of Type and Properties`);
  const type = needed(resource, 'Type', `add Type: ${LAMBDA_FUNCTION} to the resource`, where);
  if (type.type !== 'scalar' || type.value !== LAMBDA_FUNCTION) {
    throw new Misconfigured(`Type must be ${LAMBDA_FUNCTION}, in this spelling`, type.at);
  }
  const properties = needed(resource, 'Properties', 'add Properties to the resource', where);
  const members = entriesOf(
    properties,
    'Properties must be a map of Name, Alias, CurrentVersion and TargetVersion',
  );
  const member = (name: string, what: string) =>
    needed(members, name, `add ${name}, ${what}, to Properties`, properties.at);
  return {
    functionName: textOf(member('Name', 'the name of the function'), FUNCTION_NAME, {
      member: 'Name',
      rule: 'the plain name of a function, not its ARN',
    }),
    functionAlias: textOf(member('Alias', 'the alias that moves'), ALIAS, {
      member: 'Alias',
      rule: 'the name of an alias of the function, as text and not only digits',
    }),
    currentVersion: versionOf(
      member('CurrentVersion', 'the version the alias points to now'),
      'CurrentVersion',
    ),
    targetVersion: versionOf(member('TargetVersion', 'the published version to deploy'), 'TargetVersion'),
  };
}

function hooksOf(node: AppSpecNode | undefined): LambdaAppSpec['hooks'] {
  if (node === undefined || isNull(node)) return {};
  if (node.type !== 'list')
    throw new Misconfigured('Hooks must be a list of maps with one event each', node.at);
  const hooks: { beforeAllowTraffic?: string; afterAllowTraffic?: string } = {};
  for (const item of node.items) {
    const entries = entriesOf(item, 'each of Hooks must be a map of one event to its function');
    const [entry] = entries;
    if (entry === undefined || entries.length > 1) {
      throw new Misconfigured('each of Hooks must name exactly one event', item.at);
    }
    const event = hookEvents.get(entry.key);
    if (event === undefined) {
      throw new Misconfigured(
        `Hooks knows only ${[...hookEvents.keys()].join(' and ')}, in this spelling, not ${short(entry.key)}`,
        entry.at,
      );
    }
    if (hooks[event] !== undefined) throw new Misconfigured(`Hooks names ${entry.key} twice`, entry.at);
    hooks[event] = textOf(entry.value, HOOK_FUNCTION, {
      member: entry.key,
      rule: 'the name or the ARN of a function',
    });
  }
  return hooks;
}

const hookEvents = new Map<string, 'beforeAllowTraffic' | 'afterAllowTraffic'>([
  ['BeforeAllowTraffic', 'beforeAllowTraffic'],
  ['AfterAllowTraffic', 'afterAllowTraffic'],
]);

function entriesOf(node: AppSpecNode, otherwise: string): readonly AppSpecEntry[] {
  if (node.type !== 'map') throw new Misconfigured(otherwise, node.at);
  return node.entries;
}

function needed(
  entries: readonly AppSpecEntry[],
  key: string,
  otherwise: string,
  parent: Position,
): AppSpecNode {
  const node = optional(entries, key);
  if (node === undefined) throw new Misconfigured(`${key} is missing: ${otherwise}`, parent);
  if (isNull(node)) throw new Misconfigured(`${key} is empty: ${otherwise}`, node.at);
  return node;
}

/** Two spellings of one key would leave open which of them counts. */
function optional(entries: readonly AppSpecEntry[], key: string): AppSpecNode | undefined {
  const [first, second] = entries.filter((entry) => entry.key.toLowerCase() === key.toLowerCase());
  if (second !== undefined) {
    throw new Misconfigured(`${key} occurs twice, as ${first?.key} and ${second.key}`, second.at);
  }
  return first?.value;
}

function textOf(
  node: AppSpecNode,
  pattern: RegExp,
  { member, rule }: { readonly member: string; readonly rule: string },
): string {
  if (node.type !== 'scalar' || typeof node.value !== 'string' || !pattern.test(node.value)) {
    throw new Misconfigured(`${member} must be ${rule}`, node.at);
  }
  return node.value;
}

function versionOf(node: AppSpecNode, member: string): string {
  const value = node.type === 'scalar' ? node.value : undefined;
  // A number beyond this has lost digits on the way: quoted, it would have kept them.
  const version = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof version !== 'string' || !VERSION.test(version)) {
    throw new Misconfigured(
      `${member} must be the number of a published version, 1 or more${version === '$LATEST' ? ', never $LATEST' : ''}`,
      node.at,
    );
  }
  return version;
}

function isNull(node: AppSpecNode): boolean {
  return node.type === 'scalar' && node.value === null;
}

/** Enough of a stranger's key to find it by. */
const SHOWN_CHARACTERS = 40;

function short(key: string): string {
  return JSON.stringify(key.length > SHOWN_CHARACTERS ? `${key.slice(0, SHOWN_CHARACTERS)}…` : key);
}
