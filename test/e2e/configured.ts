import {
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { lambda } from './cloud.ts';

type Variables = Readonly<Record<string, string>>;

/** Gives functions of Sluice further variables; what it returns takes them away again. */
export async function configured(
  functionNames: readonly string[],
  more: Variables,
): Promise<() => Promise<void>> {
  const before = new Map<string, Variables>();
  for (const FunctionName of functionNames) {
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    before.set(FunctionName, Environment?.Variables ?? {});
  }
  await Promise.all([...before].map(([name, variables]) => configure(name, { ...variables, ...more })));
  return async () => {
    await Promise.all([...before].map(([name, variables]) => configure(name, variables)));
  };
}

/** Configuring a function also ends its warm workers, so that the next call sees the variables. */
async function configure(FunctionName: string, Variables: Variables): Promise<void> {
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 30, minDelay: 1 }, { FunctionName });
}
