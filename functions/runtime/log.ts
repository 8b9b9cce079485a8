import { Logger } from '@aws-lambda-powertools/logger';

/** JSON lines for CloudWatch Logs. */
export const logger = new Logger({ serviceName: 'sluice' });
