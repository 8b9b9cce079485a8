import { describe, expect, it } from 'vitest';
import { checkIamIdentity, requireIamIdentity } from '../../../core/registry/iam-identity.ts';
import { checkInstanceName, requireInstanceName } from '../../../core/registry/names.ts';
import type {
  OnPremisesInstanceCommand,
  OnPremisesInstanceEvent,
} from '../../../core/registry/on-premises-instance.ts';
import { onPremisesInstance } from '../../../core/registry/on-premises-instance.ts';
import { onPremisesTagsOf, tagsToRemoveOf } from '../../../core/registry/on-premises-tags.ts';
import type { Tag } from '../../../core/registry/tags.ts';
import { rowKeys } from '../../../core/views/row-keys.ts';
import { GIVEN_AT, ISSUED_AT, given, refusalOf } from '../given.ts';

const user = 'arn:aws:iam::123456789012:user/hosts/web-1';
const session = 'arn:aws:sts::123456789012:assumed-role/web/web-1';
const web = {
  onPremisesInstanceId: 'id-1',
  instanceName: 'web-1',
  instanceArn: 'arn:aws:codedeploy:eu-central-1:123456789012:instance/web-1_0123456789',
  iamUserArn: user,
};
const again = { ...web, instanceArn: `${web.instanceArn.slice(0, -10)}abcdefghij`, iamUserArn: `${user}b` };
const register = (data = web): OnPremisesInstanceCommand => ({ type: 'RegisterOnPremisesInstance', data });
const deregister: OnPremisesInstanceCommand = { type: 'DeregisterOnPremisesInstance', data: {} };
const tag = (tags: readonly Tag[]): OnPremisesInstanceCommand => ({
  type: 'TagOnPremisesInstance',
  data: { instanceName: 'web-1', tags },
});
const untag = (tags: readonly Tag[]): OnPremisesInstanceCommand => ({
  type: 'UntagOnPremisesInstance',
  data: { instanceName: 'web-1', tags },
});

const registered: OnPremisesInstanceEvent = { type: 'OnPremisesInstanceRegistered', data: web };
const deregistered: OnPremisesInstanceEvent = { type: 'OnPremisesInstanceDeregistered', data: {} };
const tagged = (tags: readonly Tag[]): OnPremisesInstanceEvent => ({
  type: 'OnPremisesInstanceTagged',
  data: { tags },
});
const prod = { Key: 'stage', Value: 'Prod' };
const rack = { Key: 'rack', Value: '7' };
const key = rowKeys.onPremisesInstance('web-1');
const reserved = { onPremisesInstanceId: 'id-1', instanceName: 'web-1' };

describe('an on-premises instance', () => {
  it('is registered under a name and an IAM identity that nobody else has meanwhile', () => {
    given(onPremisesInstance)
      .when(register())
      .then([registered])
      .rows(
        { ...key, data: { ...web, registeredAt: ISSUED_AT, tags: [] } },
        { ...rowKeys.onPremisesIamArn(user), data: reserved },
      );
    given(onPremisesInstance, [registered])
      .when(register(again))
      .refused('InstanceNameAlreadyRegisteredException', 'web-1 is registered already');
    const taken = (iamArn: string) => {
      const row = { ...rowKeys.onPremisesIamArn(iamArn), data: {} };
      return onPremisesInstance.taken(row, row)?.code;
    };
    expect(taken(user)).toBe('IamUserArnAlreadyRegisteredException');
    expect(taken(session)).toBe('IamSessionArnAlreadyRegisteredException');
    const row = { ...key, data: {} };
    expect(onPremisesInstance.taken(row, row)?.code).toBe('InstanceNameAlreadyRegisteredException');
  });

  it('that is deregistered stays known with its tags, and gives its IAM identity free', () => {
    given(onPremisesInstance, [registered, tagged([prod])])
      .when(deregister)
      .then([deregistered])
      .rows({
        ...key,
        data: { ...web, registeredAt: GIVEN_AT, deregisteredAt: ISSUED_AT, tags: [prod] },
      });
    for (const history of [[], [registered, deregistered]]) {
      given(onPremisesInstance, history).when(deregister).then([]);
    }
  });

  it('can be registered again at once, with another ARN and other credentials, and without its tags', () => {
    given(onPremisesInstance, [registered, tagged([prod]), deregistered])
      .when(register(again))
      .then([{ type: 'OnPremisesInstanceRegistered', data: again }])
      .rows(
        { ...key, data: { ...again, registeredAt: ISSUED_AT, tags: [] } },
        { ...rowKeys.onPremisesIamArn(again.iamUserArn), data: reserved },
      );
  });

  it('takes tags in the place of those of the same key, and keeps them in order', () => {
    given(onPremisesInstance, [registered, tagged([prod])])
      .when(tag([prod, rack]))
      .then([tagged([rack])])
      .rows(
        { ...key, data: { ...web, registeredAt: GIVEN_AT, tags: [rack, prod] } },
        { ...rowKeys.onPremisesIamArn(user), data: reserved },
      );
    given(onPremisesInstance, [registered, tagged([prod])])
      .when(tag([{ ...prod, Value: 'Backup' }]))
      .then([tagged([{ ...prod, Value: 'Backup' }])]);
    given(onPremisesInstance, [registered, tagged([prod])])
      .when(tag([prod]))
      .then([]);
  });

  it('loses a tag by its key, and by its value where one is given', () => {
    const history = [registered, tagged([prod, rack])];
    const untagged = (...tagKeys: readonly string[]): OnPremisesInstanceEvent => ({
      type: 'OnPremisesInstanceUntagged',
      data: { tagKeys },
    });
    given(onPremisesInstance, history)
      .when(untag([{ Key: 'rack', Value: '' }, prod]))
      .then([untagged('rack', 'stage')]);
    given(onPremisesInstance, history)
      .when(untag([{ ...prod, Value: 'Backup' }]))
      .then([]);
    given(onPremisesInstance, [...history, untagged('rack')]).rows(
      { ...key, data: { ...web, registeredAt: GIVEN_AT, tags: [prod] } },
      { ...rowKeys.onPremisesIamArn(user), data: reserved },
    );
  });

  it('has ten tags at most', () => {
    const ten = Array.from({ length: 10 }, (_, index) => ({ Key: `key-${index}`, Value: 'x' }));
    given(onPremisesInstance, [registered])
      .when(tag(ten))
      .then([tagged(ten)]);
    given(onPremisesInstance, [registered, tagged(ten)])
      .when(tag([rack]))
      .refused('TagLimitExceededException', '11 tags');
    given(onPremisesInstance, [registered, tagged(ten)])
      .when(tag([{ Key: 'key-1', Value: 'y' }]))
      .then([tagged([{ Key: 'key-1', Value: 'y' }])]);
  });

  it('carries no tags before it is registered, nor after', () => {
    for (const history of [[], [registered, tagged([prod]), deregistered]]) {
      for (const command of [tag([rack]), untag([prod])]) {
        given(onPremisesInstance, history).when(command).refused('InstanceNotRegisteredException', '"web-1"');
      }
    }
  });
});

describe('the name of an on-premises instance', () => {
  it('is of the letters of all names, and begins otherwise than that of an EC2 instance', () => {
    for (const name of ['web-1', 'a@b+c=d,e.f_g', 'I-1', 'x'.repeat(100)]) {
      expect(() => checkInstanceName(name)).not.toThrow();
    }
    for (const name of ['i-0123', 'two words', 'x'.repeat(101), 'a/b']) {
      expect(refusalOf(() => checkInstanceName(name)).code).toBe('InvalidInstanceNameException');
    }
    for (const name of ['', undefined]) {
      expect(refusalOf(() => requireInstanceName(name)).code).toBe('InstanceNameRequiredException');
    }
  });
});

describe('the IAM identity of an on-premises instance', () => {
  it('is exactly one of a user and a session', () => {
    expect(requireIamIdentity({ iamUserArn: user })).toEqual({ iamUserArn: user });
    expect(requireIamIdentity({ iamSessionArn: session, iamUserArn: '' })).toEqual({
      iamSessionArn: session,
    });
    const codes = [
      {},
      { iamUserArn: '' },
      { iamSessionArn: '' },
      { iamUserArn: user, iamSessionArn: session },
    ];
    expect(codes.map((given) => refusalOf(() => requireIamIdentity(given)).code)).toEqual([
      'IamArnRequiredException',
      'IamUserArnRequiredException',
      'IamArnRequiredException',
      'MultipleIamArnsProvidedException',
    ]);
  });

  it('has the form of its kind, in any partition', () => {
    for (const iamUserArn of [user, 'arn:aws-cn:iam::123456789012:user/web']) {
      expect(() => checkIamIdentity({ iamUserArn })).not.toThrow();
    }
    expect(() => checkIamIdentity({ iamSessionArn: session })).not.toThrow();
    const users = [session, 'arn:aws:iam::12345:user/web', 'arn:aws:iam::123456789012:role/web', 'web'];
    for (const iamUserArn of users) {
      expect(refusalOf(() => checkIamIdentity({ iamUserArn })).code).toBe('InvalidIamUserArnException');
    }
    for (const iamSessionArn of [user, 'arn:aws:sts::123456789012:assumed-role/web', `${session}/more`]) {
      expect(refusalOf(() => checkIamIdentity({ iamSessionArn })).code).toBe('InvalidIamSessionArnException');
    }
  });
});

describe('the tags of an on-premises instance', () => {
  it('need a key and, to be added, a value, of the lengths that AWS allows, and each key once', () => {
    const longest = { Key: 'k'.repeat(128), Value: 'v'.repeat(256) };
    expect(onPremisesTagsOf([longest])).toEqual([longest]);
    expect(tagsToRemoveOf([{ Key: 'a' }])).toEqual([{ Key: 'a', Value: '' }]);
    for (const tags of [
      [{}],
      [{ Value: 'x' }],
      [{ ...longest, Key: 'k'.repeat(129) }],
      [{ Key: 'a', Value: 'v'.repeat(257) }],
    ]) {
      expect(refusalOf(() => onPremisesTagsOf(tags)).code).toBe('InvalidTagException');
      expect(refusalOf(() => tagsToRemoveOf(tags)).code).toBe('InvalidTagException');
    }
    for (const tags of [[{ Key: 'a' }], [rack, { ...rack, Value: '8' }]]) {
      expect(refusalOf(() => onPremisesTagsOf(tags)).code).toBe('InvalidTagException');
    }
    expect(refusalOf(() => onPremisesTagsOf([])).code).toBe('TagRequiredException');
  });
});
