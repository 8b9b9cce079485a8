import * as z from 'zod';
import { NEWER_MEMBERS } from './sdk-model.ts';

/**
 * The model of CodeDeploy as botocore carries it, with the errors of each operation, which the SDK leaves out. Which
 * botocore is installed is the emulator's choice: it may or may not have the newest members. Only what a contract needs
 * is read of it.
 */
const reference = z.object({ shape: z.string() });

const shapes = z.record(
  z.string(),
  z.object({
    type: z.string(),
    members: z.record(z.string(), reference).optional(),
    member: reference.optional(),
    value: reference.optional(),
    enum: z.array(z.string()).optional(),
  }),
);

export const botocoreModel = z.object({
  operations: z.record(
    z.string(),
    z.object({
      input: reference.optional(),
      output: reference.optional(),
      errors: z.array(reference).default([]),
    }),
  ),
  shapes,
});
export type BotocoreModel = z.infer<typeof botocoreModel>;

type Shape = z.infer<typeof shapes>[string];

/** Where our shape of an operation's input differs from the model; empty when it does not. */
export function botocoreInputFaults(
  model: BotocoreModel,
  operation: string,
  shape: z.ZodType,
): readonly string[] {
  const input = model.operations[operation]?.input;
  return input === undefined
    ? [`${operation}: is not modelled`]
    : shapeFaults(model, input, shape, operation);
}

/** What of an answer the model does not know, or knows as another JSON type or word; empty when all is well. */
export function botocoreOutputFaults(
  model: BotocoreModel,
  operation: string,
  answer: unknown,
): readonly string[] {
  const output = model.operations[operation]?.output;
  if (output === undefined) return answer === undefined ? [] : [`${operation}: has no output`];
  return valueFaults(model, output, answer, operation);
}

type Reference = z.infer<typeof reference>;

function shapeFaults(
  model: BotocoreModel,
  modelled: Reference,
  given: z.ZodType,
  path: string,
): readonly string[] {
  const { type, members = {}, member, value } = shapeOf(model, modelled);
  const ours = given instanceof z.ZodExactOptional ? (given.unwrap() as z.ZodType) : given;
  switch (type) {
    case 'structure': {
      const known = ours instanceof z.ZodObject ? (ours.shape as Record<string, z.ZodType>) : {};
      const names = new Set([...Object.keys(members), ...Object.keys(known)]);
      return [...names].flatMap((name) => {
        const [theirs, own] = [members[name], known[name]];
        if (theirs === undefined) return unknown(name, path);
        return own === undefined
          ? [`${path}.${name}: is missing`]
          : shapeFaults(model, theirs, own, `${path}.${name}`);
      });
    }
    case 'list':
      return member !== undefined && ours instanceof z.ZodArray
        ? shapeFaults(model, member, ours.element as z.ZodType, `${path}[]`)
        : [`${path}: is a list`];
    case 'map':
      return value !== undefined && ours instanceof z.ZodRecord
        ? shapeFaults(model, value, ours.valueType as z.ZodType, `${path}{}`)
        : [`${path}: is a map`];
    default:
      return ours.safeParse(sampleOf(type)).success ? [] : [`${path}: takes no ${type}`];
  }
}

function valueFaults(
  model: BotocoreModel,
  modelled: Reference,
  value: unknown,
  path: string,
): readonly string[] {
  const shape = shapeOf(model, modelled);
  switch (shape.type) {
    case 'structure':
      if (typeof value !== 'object' || value === null) return [`${path}: is a structure`];
      return Object.entries(value).flatMap(([name, member]) => {
        const known = shape.members?.[name];
        return known === undefined
          ? unknown(name, path)
          : valueFaults(model, known, member, `${path}.${name}`);
      });
    case 'list': {
      const { member } = shape;
      if (!Array.isArray(value) || member === undefined) return [`${path}: is a list`];
      return value.flatMap((item, index) => valueFaults(model, member, item, `${path}[${index}]`));
    }
    case 'string':
      if (shape.enum !== undefined && !shape.enum.includes(String(value))) {
        return [`${path}: ${JSON.stringify(value)} is no word of ${modelled.shape}`];
      }
      return typeof value === 'string' ? [] : [`${path}: is no string`];
    default:
      return typeof value === typeof sampleOf(shape.type) ? [] : [`${path}: is no ${shape.type}`];
  }
}

function unknown(name: string, path: string): readonly string[] {
  return NEWER_MEMBERS.includes(name) ? [] : [`${path}.${name}: the model has no such member`];
}

function shapeOf(model: BotocoreModel, { shape }: Reference): Shape {
  const found = model.shapes[shape];
  if (found === undefined) throw new Error(`botocore names the shape ${shape} and has none`);
  return found;
}

/** What a value of this type looks like on the wire; times are numbers. */
function sampleOf(type: string): string | number | boolean {
  if (type === 'boolean') return true;
  return type === 'string' ? 'text' : 1;
}
