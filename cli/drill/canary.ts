/**
 * It is over in seconds, since the alarm rings at its first step. Its bake is the longest there is, so that a slow
 * alarm, or a cloud whose minutes are seconds, cannot let it go on.
 */
export const CANARY = 'CodeDeployDefault.LambdaCanary10Percent30Minutes';

/** The shortest bake there is, for the canary that is let go on to its end. */
export const BAKING_CANARY = 'CodeDeployDefault.LambdaCanary10Percent5Minutes';
