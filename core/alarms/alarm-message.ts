/** The message of ALARM_ACTIVE; clients read the alarms out of it as `<name> <name>`. */
export function alarmMessage(alarmNames: readonly string[]): string {
  return `Alarms fired and the deployment was stopped: ${bracketed(alarmNames)}`;
}

export function unreadableAlarmMessage(alarmNames: readonly string[], why: string): string {
  return (
    `The deployment was stopped because the state of its alarms could not be read (${why}): ` +
    `${bracketed(alarmNames)}. Mend that, or set ignorePollAlarmFailure.`
  );
}

function bracketed(names: readonly string[]): string {
  return names.map((name) => `<${name}>`).join(' ');
}
