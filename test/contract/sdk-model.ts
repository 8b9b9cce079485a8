import * as sdk from '@aws-sdk/client-codedeploy';
import { NormalizedSchema } from '@smithy/core/schema';
import * as z from 'zod';

/**
 * The model of CodeDeploy as the SDK carries it at run time, against which our shapes and answers are held. The SDK of
 * our pin is older than the newest members; those are named here, so that anything else unknown is a fault.
 */
const exported = sdk as unknown as Readonly<Record<string, unknown>>;

/** In the model of botocore 1.44.8, not yet in the SDK's. */
export const NEWER_MEMBERS: readonly string[] = ['ec2DeploymentOptions'];
export const NEWER_ERRORS: readonly string[] = ['InvalidAutoScalingGroupProcessToSuspendException'];

/** Names of the modelled exceptions. */
export function modelledErrors(): readonly string[] {
  return Object.keys(exported).filter(
    (name) => name.endsWith('Exception') && name !== 'CodeDeployServiceException',
  );
}

/** Where our shape of an operation's input differs from the model; empty when it does not. */
export function inputFaults(operation: string, shape: z.ZodType): readonly string[] {
  return shapeFaults(inputOf(operation), shape, operation);
}

/** What of an answer the model does not know, or knows as another JSON type; empty when all is well. */
export function outputFaults(operation: string, answer: unknown): readonly string[] {
  const output = outputOf(operation);
  if (output === undefined) return answer === undefined ? [] : [`${operation}: has no output`];
  return answer === undefined ? [`${operation}: no answer`] : valueFaults(output, answer, operation);
}

type OperationSchema = readonly [number, string, string, number, () => unknown, () => unknown];

function inputOf(operation: string): NormalizedSchema {
  return NormalizedSchema.of((exported[`${operation}$`] as OperationSchema)[4]() as never);
}

/** An operation without an output has the shape `Unit`, which has no members. */
function outputOf(operation: string): NormalizedSchema | undefined {
  const output = (exported[`${operation}$`] as OperationSchema)[5]();
  return exported[`${operation}Output$`] === output ? NormalizedSchema.of(output as never) : undefined;
}

function shapeFaults(model: NormalizedSchema, given: z.ZodType, path: string): readonly string[] {
  const shape = unwrapped(given);
  if (model.isStructSchema()) {
    if (!(shape instanceof z.ZodObject)) return [`${path}: is a structure`];
    const members = new Map(model.structIterator());
    const extra = Object.keys(shape.shape).filter(
      (name) => !members.has(name) && !NEWER_MEMBERS.includes(name),
    );
    return [
      ...extra.map((name) => `${path}.${name}: the model has no such member`),
      ...[...members].flatMap(([name, member]) => {
        const ours = shape.shape[name] as z.ZodType | undefined;
        if (ours === undefined) return [`${path}.${name}: is missing`];
        const isOptional = ours.safeParse(undefined).success || ours instanceof z.ZodExactOptional;
        return [
          ...(isOptional ? [] : [`${path}.${name}: must be optional, its absence has an error of its own`]),
          ...shapeFaults(member, ours, `${path}.${name}`),
        ];
      }),
    ];
  }
  if (model.isListSchema()) {
    if (!(shape instanceof z.ZodArray)) return [`${path}: is a list`];
    return shapeFaults(model.getValueSchema(), shape.element as z.ZodType, `${path}[]`);
  }
  if (model.isMapSchema()) {
    if (!(shape instanceof z.ZodRecord)) return [`${path}: is a map`];
    return shapeFaults(model.getValueSchema(), shape.valueType as z.ZodType, `${path}{}`);
  }
  const sample = sampleOf(model);
  return shape.safeParse(sample).success ? [] : [`${path}: takes no ${typeof sample}`];
}

function unwrapped(shape: z.ZodType): z.ZodType {
  return shape instanceof z.ZodExactOptional || shape instanceof z.ZodOptional
    ? unwrapped(shape.unwrap() as z.ZodType)
    : shape;
}

function valueFaults(model: NormalizedSchema, value: unknown, path: string): readonly string[] {
  if (value === null) return [`${path}: is null, absent members are left out`];
  if (model.isStructSchema()) {
    if (typeof value !== 'object' || Array.isArray(value)) return [`${path}: is a structure`];
    const members = new Map(model.structIterator());
    return Object.entries(value).flatMap(([name, member]) => {
      const known = members.get(name);
      if (known !== undefined) return valueFaults(known, member, `${path}.${name}`);
      return NEWER_MEMBERS.includes(name) ? [] : [`${path}.${name}: the model has no such member`];
    });
  }
  if (model.isListSchema()) {
    if (!Array.isArray(value)) return [`${path}: is a list`];
    return value.flatMap((item, index) => valueFaults(model.getValueSchema(), item, `${path}[${index}]`));
  }
  return typeof value === typeof sampleOf(model) ? [] : [`${path}: is no ${typeof sampleOf(model)}`];
}

/** What a value of this type looks like on the wire; times are numbers. */
function sampleOf(model: NormalizedSchema): string | number | boolean {
  if (model.isBooleanSchema()) return true;
  return model.isNumericSchema() || model.isTimestampSchema() ? 1 : 'text';
}
