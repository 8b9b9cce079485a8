import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { sluiceApp } from '../../infra/sluice-app.ts';

describe('the address of another GitHub', () => {
  it.each(['http://github.example.com/api/v3', 'github.example.com', ''])(
    'cannot be %j: a token would go there in plain sight',
    async (gitHubBaseUrl) => {
      const app = new App({ context: { gitHubBaseUrl } });
      await expect(sluiceApp(app)).rejects.toThrow('gitHubBaseUrl must begin with https://');
    },
  );
});
