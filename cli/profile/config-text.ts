import { CannotDo } from '../command.ts';

/** A section of an AWS config file as it is to be written. */
export interface Section {
  /** What stands between the brackets: "profile sluice", "services sluice". */
  readonly name: string;
  /** The lines below the header, without their ends. The first is MARK. */
  readonly lines: readonly string[];
}

/** The first line below the header of every section that is ours to write anew. */
export const MARK = '# Written by sluice profile. Changes to this section are lost when that is run again.';

/**
 * The text of a config file with this section in the place of the one that was written before, or at the end. All else
 * stays as it is, byte for byte. Throws CannotDo where there is a section of that name without our mark.
 */
export function withSection(text: string, { name, lines }: Section): string {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const written = [`[${name}]`, ...lines].map((line) => `${line}${lineEnd}`).join('');
  const [present, ...others] = sectionsOf(text).filter((section) => section.name === name);
  if (present === undefined) return `${ended(text, lineEnd)}${written}`;
  if (others.length > 0 || present.lines[0] !== MARK) {
    throw new CannotDo(
      `there is a section [${name}] already that sluice did not write. It was left as it is; choose another name with --name.`,
    );
  }
  return `${text.slice(0, present.start)}${written}${text.slice(present.end)}`;
}

/** An empty line parts sections. */
function ended(text: string, lineEnd: string): string {
  if (text === '') return '';
  return `${text}${text.endsWith('\n') ? '' : lineEnd}${lineEnd}`;
}

/** The lines of the section, without what follows them; undefined where there is none. */
export function linesOf(text: string, name: string): readonly string[] | undefined {
  return sectionsOf(text).find((section) => section.name === name)?.lines;
}

interface PresentSection extends Section {
  /** Where its header begins. */
  readonly start: number;
  /** Where its last line ends that says something: comments and empty lines below that belong to what follows. */
  readonly end: number;
}

function sectionsOf(text: string): readonly PresentSection[] {
  const sections: { name: string; start: number; end: number; lines: string[] }[] = [];
  let position = 0;
  for (const line of text.match(LINE) ?? []) {
    const header = HEADER.exec(line);
    const start = position;
    position += line.length;
    const [section] = sections.slice(-1);
    if (header !== null) {
      sections.push({ name: nameIn(header[1] ?? ''), start, end: position, lines: [] });
    } else if (section !== undefined && SAYS_SOMETHING.test(line)) {
      section.lines.push(
        ...text
          .slice(section.end, position)
          .replace(/\r?\n$/, '')
          .split(/\r?\n/),
      );
      section.end = position;
    }
  }
  return sections;
}

/** With its end. */
const LINE = /[^\n]*\n|[^\n]+$/g;

/** At the beginning of a line: further in it is part of a value. */
const HEADER = /^\[([^\]]*)\]/;

/** `profile "a name"` is `profile a name`, however many blanks there are. */
function nameIn(header: string): string {
  return header.replaceAll('"', '').trim().split(/\s+/).join(' ');
}

/** Neither empty nor a comment. */
const SAYS_SOMETHING = /^[ \t]*[^ \t\r\n#;]/;
