import { App } from 'aws-cdk-lib';
import { sluiceApp } from './sluice-app.ts';

const app = new App();
await sluiceApp(app);
app.synth();
