import { text } from 'node:stream/consumers';

/**
 * A secret that is not on the command line: from the variable, else from standard input. At a terminal it asks, and what
 * is typed is not shown. Empty where there is none.
 */
export type Secret = (variable: string, question: string) => Promise<string>;

export const processSecret: Secret = async (variable, question) => {
  const given = process.env[variable];
  if (given !== undefined && given !== '') return given;
  return process.stdin.isTTY ? typed(question) : text(process.stdin);
};

const ENTER = new Set(['\r', '\n', '\u0004']);
const CANCEL = '\u0003';
const ERASE = new Set(['\b', '\u007f']);

/** Raw, because a terminal shows what it hands on in lines. */
async function typed(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  let secret = '';
  try {
    for await (const chunk of stdin as AsyncIterable<string>) {
      for (const character of chunk) {
        if (ENTER.has(character)) return secret;
        if (character === CANCEL) return '';
        secret = ERASE.has(character) ? secret.slice(0, -1) : secret + character;
      }
    }
    return secret;
  } finally {
    stdin.setRawMode(false);
    stderr.write('\n');
  }
}
