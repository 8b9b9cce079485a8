import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { sluiceApp } from '../../infra/sluice-app.ts';

describe('the source of the events on the bus', () => {
  it.each(['aws.codedeploy', ''])('cannot be %j, which EventBridge refuses', async (eventSource) => {
    const app = new App({ context: { eventSource } });
    await expect(sluiceApp(app)).rejects.toThrow('does not begin with "aws."');
  });
});
