/** What the agent says of itself, a line each: under systemd it is kept by the journal. */
export interface Log {
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
}

/** Lines without the secret, whoever put it into a message. */
export function logTo(write: (line: string) => void, now: () => Date, endpoint: URL | undefined): Log {
  const secrets = secretsOf(endpoint);
  const line = (level: string) => (message: string) => {
    const told = secrets.reduce((text, secret) => text.replaceAll(secret, '[secret]'), message);
    write(`${now().toISOString()} ${level} ${told}\n`);
  };
  return { info: line('INFO'), warn: line('WARN') };
}

/** Shorter parts of the path are names, such as that of a stage: they would be found in any word. */
const LEAST_SECRET_CHARACTERS = 12;

function secretsOf(endpoint: URL | undefined): readonly string[] {
  const parts = endpoint?.pathname.split('/') ?? [];
  return parts.filter(({ length }) => length >= LEAST_SECRET_CHARACTERS);
}
