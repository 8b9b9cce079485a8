import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseServerAppSpec } from '../../../core/appspec/server-appspec.ts';

const good = `version: 0.0
os: linux
file_exists_behavior: RETAIN
files:
  - source: /
    destination: /var/www
  - source: config/app.conf
    destination: /etc/app
permissions:
  - object: /var/www
    pattern: "**"
    except: [logs]
    owner: www
    group: 33
    mode: 0644
    acls: ["user:deploy:rwx", "default:group:ops:r-x"]
    context: {name: system_u, type: httpd_sys_content_t, range: s0}
    type: [file]
hooks:
  ApplicationStop:
  BeforeInstall:
    - location: scripts/before.sh
      timeout: 300
      runas: root
    - location: /scripts/again.sh
      timeout: "120"
      sudo: true
  ValidateService:
    - location: scripts/validate.sh
`;

function messageWith(replaced: string, by: string): string {
  expect(good).toContain(replaced);
  const reading = parseServerAppSpec(good.replace(replaced, by));
  return reading.status === 'invalid' ? reading.message : `parsed: ${JSON.stringify(reading.appSpec)}`;
}

describe('an AppSpec for servers', () => {
  it('is read with all of its sections', () => {
    expect(parseServerAppSpec(good)).toEqual({
      status: 'parsed',
      appSpec: {
        os: 'linux',
        fileExistsBehavior: 'RETAIN',
        files: [
          { source: '/', destination: '/var/www' },
          { source: 'config/app.conf', destination: '/etc/app' },
        ],
        permissions: [
          {
            object: '/var/www',
            pattern: '**',
            except: ['logs'],
            types: ['file'],
            owner: 'www',
            group: '33',
            mode: '644',
            acls: [
              { text: 'user:deploy:rwx', isDefault: false },
              { text: 'default:group:ops:r-x', isDefault: true },
            ],
            context: { type: 'httpd_sys_content_t', user: 'system_u', range: 's0' },
          },
        ],
        hooks: {
          BeforeInstall: [
            { location: 'scripts/before.sh', timeoutSeconds: 300, runAs: 'root', sudo: false },
            { location: '/scripts/again.sh', timeoutSeconds: 120, sudo: true },
          ],
          ValidateService: [{ location: 'scripts/validate.sh', sudo: false }],
        },
      },
    });
  });

  it('needs no more than its version and its system', () => {
    expect(parseServerAppSpec('version: 0.0\nos: windows\n')).toEqual({
      status: 'parsed',
      appSpec: { os: 'windows', files: [], permissions: [], hooks: {} },
    });
  });

  it.each([
    ['version: 0.0', 'version: 0.1', 'version must be the number 0.0, not 0.1 (at line 1'],
    ['version: 0.0', 'version: "0.0"', 'version must be the number 0.0, not "0.0"'],
    ['version: 0.0', 'Version: 0.0', 'it has no version'],
    ['os: linux', 'os: Linux', 'os must be one of linux, windows, not "Linux" (at line 2'],
    ['os: linux\n', '', 'it has no os'],
    [
      'file_exists_behavior: RETAIN',
      'file_exists_behavior: retain',
      'DISALLOW, OVERWRITE, RETAIN, not "retain"',
    ],
    ['    destination: /var/www\n', '', 'files with the source "/" has no destination'],
    ['source: config/app.conf\n    ', '', 'files with the destination "/etc/app" has no source'],
    ['destination: /etc/app', 'destination: etc/app', 'destination must be an absolute path, not "etc/app"'],
    ['source: config/app.conf', 'source: config/../../x', 'source "config/../../x" leaves the bundle'],
    ['source: config/app.conf', 'source: [a]', 'source must be text, not a list'],
    ['  - object: /var/www\n    ', '  - ', 'an entry of permissions has no object'],
    ['object: /var/www', 'object: var/www', 'object must be an absolute path'],
    ['mode: 0644', 'mode: 888', 'mode of "/var/www" must be one to four octal digits, not "888"'],
    ['mode: 0644', 'mode: "07777"', 'one to four octal digits, not "07777"'],
    ['type: [file]', 'type: [socket]', 'type of "/var/www" must be one of file, directory, not "socket"'],
    ['user:deploy:rwx', 'user::rwx', 'not "user::rwx"; owner, group and others are set by mode'],
    ['user:deploy:rwx', 'mask::rwx', 'not "mask::rwx"'],
    ['user:deploy:rwx', 'user:a:rwx,user:b:rwx', 'not "user:a:rwx,user:b:rwx"'],
    ['type: httpd_sys_content_t, ', '', 'context of "/var/www" has no type'],
    ['range: s0', 'range: s0, role: object_r', 'context of "/var/www" cannot have a role'],
    ['httpd_sys_content_t', '"--delete"', 'no label of SELinux: "--delete"'],
    ['- location: scripts/validate.sh', '- timeout: 3', 'a script of ValidateService has no location'],
    ['location: scripts/validate.sh', 'location: ../validate.sh', 'leaves the bundle'],
    [
      'timeout: 300',
      'timeout: 0',
      'timeout of BeforeInstall must be a whole number of seconds above 0, not 0',
    ],
    ['timeout: 300', 'timeout: 1.5', 'above 0, not 1.5'],
    ['timeout: 300', 'timeout: soon', 'above 0, not "soon"'],
    ['timeout: 300', 'timeout: 3481', 'timeouts of BeforeInstall add up to 3601 seconds'],
    ['sudo: true', 'sudo: maybe', 'sudo of BeforeInstall must be one of true, false, not "maybe"'],
    ['ValidateService:', 'Install:', 'unknown lifecycle events: "Install"'],
    ['ValidateService:', 'validateService:', 'unknown lifecycle events: "validateService"'],
    ['os: linux', 'os: windows', 'permissions are for os: linux only'],
  ])('is refused with %j made %j', (replaced, by, words) => {
    expect(messageWith(replaced, by)).toContain(words);
  });

  it.each([
    ['', 'it is empty'],
    ['- a', 'it must be a map'],
    ['version: [', 'cannot be read'],
    [
      'version: 0.0\nos: windows\nhooks: {AfterInstall: [{location: a, runas: b}]}',
      'runas of AfterInstall is for os: linux only',
    ],
  ])('is refused as %j', (text, words) => {
    const reading = parseServerAppSpec(text);
    expect(reading.status === 'invalid' && reading.message).toContain(words);
  });

  it('gives the scripts of one event an hour together', () => {
    expect(messageWith('timeout: 300', 'timeout: 3480')).toContain('parsed');
  });

  it('leaves scripts without a timeout out of the sum', () => {
    expect(messageWith('timeout: "120"\n      ', '').slice(0, 7)).toBe('parsed:');
  });

  it('never throws, whatever it is given', () => {
    const text = fc.oneof(
      fc.string(),
      fc.json().map((json) => `{"version": 0.0, "os": "linux", "files": ${json}, "hooks": ${json}}`),
      fc.json().map((json) => `{"version": 0.0, "os": "linux", "permissions": [${json}]}`),
    );
    fc.assert(
      fc.property(text, (any) => {
        expect(['parsed', 'invalid']).toContain(parseServerAppSpec(any).status);
      }),
    );
  });
});
