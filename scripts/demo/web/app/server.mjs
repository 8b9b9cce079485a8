import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const page = readFileSync(new URL('page.txt', import.meta.url));

createServer((_, answer) => answer.end(page)).listen(Number(process.argv[2]), '127.0.0.1');
