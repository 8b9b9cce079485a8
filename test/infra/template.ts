/** What the tests look at in a CloudFormation template. */
export interface Template {
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface Resource {
  readonly logicalId: string;
  /** The path of the construct within the stack. */
  readonly path: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletionPolicy?: string;
  /** Logical ids. */
  readonly dependsOn: readonly string[];
}

/** A template as CDK writes it and CloudFormation gives it back. */
export function templateOf(json: unknown): Template {
  const { Outputs, Resources } = json as RawTemplate;
  return {
    outputs: Outputs,
    resources: Object.entries(Resources).map(([logicalId, raw]) => resource(logicalId, raw)),
  };
}

interface RawResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: { readonly 'aws:cdk:path'?: string };
  readonly DeletionPolicy?: string;
  readonly DependsOn?: string | readonly string[];
}

interface RawTemplate {
  readonly Resources: Readonly<Record<string, RawResource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

function resource(logicalId: string, raw: RawResource): Resource {
  const path = raw.Metadata?.['aws:cdk:path'] ?? logicalId;
  return {
    logicalId,
    // "Sluice/Workflows/AdmitRole/Resource" is known as "Workflows/AdmitRole".
    path: path
      .split('/')
      .slice(1)
      .join('/')
      .replace(/\/(Resource|Default)$/, ''),
    type: raw.Type,
    properties: raw.Properties ?? {},
    dependsOn: [raw.DependsOn ?? []].flat(),
    ...(raw.DeletionPolicy === undefined ? {} : { deletionPolicy: raw.DeletionPolicy }),
  };
}

export function ofType(template: Template, type: string): readonly Resource[] {
  return template.resources.filter((resource) => resource.type === type);
}

/** Throws where there is none. */
export function at(template: Template, path: string): Resource {
  const found = template.resources.find((resource) => resource.path === path);
  if (found === undefined) {
    throw new Error(
      `No resource at ${path}; there are ${template.resources.map((each) => each.path).join(', ')}.`,
    );
  }
  return found;
}

/**
 * A value with its intrinsic functions replaced by readable text: a reference to a resource, or to its ARN, reads
 * `<path of the construct>`, another attribute `<path.Attribute>`, a pseudo parameter `<AWS::Region>`.
 */
export function readable(template: Template, value: unknown): unknown {
  return resolved(value, (logicalId, attribute) => {
    const path = template.resources.find((each) => each.logicalId === logicalId)?.path ?? logicalId;
    return attribute === undefined || attribute === 'Arn' ? `<${path}>` : `<${path}.${attribute}>`;
  });
}

/** What stands for a resource: `attribute` is undefined for a plain reference. */
export type Standing = (logicalId: string, attribute: string | undefined) => string;

export function resolved(value: unknown, standing: Standing): unknown {
  if (Array.isArray(value)) {
    return value.map((each) => resolved(each, standing));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const [name, argument] = Object.entries(value)[0] ?? [];
  if (name === 'Ref') {
    return standing(String(argument), undefined);
  }
  if (name === 'Fn::GetAtt') {
    const [logicalId, attribute] = argument as [string, string];
    return standing(logicalId, attribute);
  }
  if (name === 'Fn::Join') {
    const [separator, parts] = argument as [string, readonly unknown[]];
    return parts.map((part) => resolved(part, standing)).join(separator);
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(each, standing)]));
}
