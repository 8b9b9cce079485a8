import type * as z from 'zod';
import { Refusal } from '../../core/refusal.ts';
import { quoted } from '../../core/registry/names.ts';
import { unreachable } from '../../core/unreachable.ts';
import type { Access, ApiPath } from './api-path.ts';
import { textOf } from './api-path.ts';
import { rowsOfApplication } from './concealed-rows.ts';
import type { CallContext, Operation } from './operation.ts';
import { shaped } from './operation.ts';
import type { Touch, Touched } from './touches.ts';

/** An operation as the front door calls it: it is answered only on a path that covers what the call touches. */
export interface GuardedOperation {
  readonly name: string;
  readonly access: Access;
  readonly input: z.ZodObject;
  /** The output; undefined where the operation has no output shape. Throws a Refusal with a modelled name. */
  readonly answer: (body: unknown, path: ApiPath, context: CallContext) => Promise<object | undefined>;
}

/** One that changes nothing, and what it reads. */
export function reads<Shape extends z.ZodObject>(
  operation: Operation<Shape>,
  touch: Touch<z.infer<Shape>>,
): GuardedOperation {
  return guarded('read', operation, touch);
}

/** One that changes something, and what it touches for that. */
export function writes<Shape extends z.ZodObject>(
  operation: Operation<Shape>,
  touch: Touch<z.infer<Shape>>,
): GuardedOperation {
  return guarded('write', operation, touch);
}

function guarded<Shape extends z.ZodObject>(
  access: Access,
  { name, input, handle }: Operation<Shape>,
  touch: Touch<z.infer<Shape>>,
): GuardedOperation {
  return {
    name,
    access,
    input,
    answer: async (body, path, context) => {
      const given = shaped(input, body);
      if (access === 'write' && path.access === 'read') throw onlyReads(name, path);
      if (path.applicationName === undefined) return handle(given, context);
      const beyond = beyondApplication(path.applicationName, access, touch(given, context));
      if (beyond !== undefined) throw notCovered(name, access, path, beyond);
      return handle(given, concealed(context, path.applicationName));
    },
  };
}

/** What a call touches beside the one application, in words; undefined where that is nothing. */
function beyondApplication(applicationName: string, access: Access, touched: Touched): string | undefined {
  switch (touched.type) {
    case 'applications': {
      const others = touched.names.filter((name) => name !== applicationName);
      return others.length === 0 ? undefined : `the application ${quoted(others[0] ?? '')}`;
    }
    case 'deployments':
      return undefined;
    case 'configurations':
      return access === 'read' ? undefined : 'deployment configurations, which all applications share';
    case 'account':
      return touched.what;
    default:
      return unreachable(touched);
  }
}

function concealed(context: CallContext, applicationName: string): CallContext {
  const rows = rowsOfApplication(context.ports.rows, applicationName);
  return { ...context, ports: { ...context.ports, rows } };
}

function onlyReads(operation: string, path: ApiPath): Refusal {
  return new Refusal(
    'AccessDeniedException',
    `Who posts to ${textOf(path)} can only read, and ${operation} changes something. It takes execute-api:Invoke on ` +
      'POST / of this API or, for what concerns one application, on POST /applications/NAME.',
  );
}

function notCovered(operation: string, access: Access, path: ApiPath, beyond: string): Refusal {
  return new Refusal(
    'AccessDeniedException',
    `${textOf(path)} is for the application ${path.applicationName} alone, and this ${operation} touches ${beyond}. ` +
      `It takes execute-api:Invoke on POST /${access === 'read' ? ' or POST /read' : ''} of this API.`,
  );
}
