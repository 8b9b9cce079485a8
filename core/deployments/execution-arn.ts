/** Of an execution of the state machine, by its name: one ARN says the other, so neither has to be looked up. */
export function executionArnOf(stateMachineArn: string, name: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}
