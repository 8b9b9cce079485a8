import type { FunctionName } from '../../functions/runtime/environment.ts';

/** Where the construct of each function is in the stack. */
export const functionPaths: Readonly<Record<FunctionName, string>> = {
  'api/codedeploy': 'FrontDoor/CodeDeploy',
  'hooks/put-hook-status': 'FrontDoor/Hooks',
  'hosts/gateway': 'FrontDoor/Hosts/Gateway',
  'hosts/sign': 'FrontDoor/Hosts/Sign',
  'hosts/certificate': 'FrontDoor/Hosts/Certificate',
  'hosts/enrol': 'FrontDoor/Hosts/Enrol',
  'hosts/administer': 'FrontDoor/Hosts/Administer',
  'lifecycle/admit': 'Workflows/Admit',
  'lifecycle/invoke-hook': 'Workflows/InvokeHook',
  'lifecycle/allow-traffic': 'Workflows/AllowTraffic',
  'lifecycle/finish': 'Workflows/Finish',
  'lifecycle/admit-fleet': 'Workflows/Fleet/AdmitFleet',
  'lifecycle/next-wave': 'Workflows/Fleet/NextWave',
  'lifecycle/monitor-zone': 'Workflows/Fleet/MonitorZone',
  'lifecycle/claim': 'Workflows/Fleet/Claim',
  'lifecycle/host-command': 'Workflows/Fleet/HostCommand',
  'read/v1': 'FrontDoor/ReadV1',
  'reactions/on-events': 'Reactions/OnEvents',
  'reactions/notify': 'Notifications/Notify',
  'reactions/on-alarm': 'Reactions/OnAlarm',
  'reactions/on-deadline': 'Reactions/OnDeadline',
  'reactions/on-execution-status': 'Reactions/OnExecutionStatus',
  'reactions/on-instance-terminated': 'Reactions/OnInstanceTerminated',
};
