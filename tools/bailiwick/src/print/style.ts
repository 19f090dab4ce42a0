import { styleText } from 'node:util';

/** How a piece of text looks on a terminal. */
export type Look = 'plain' | 'heading' | 'good' | 'waiting' | 'bad' | 'quiet';

const FORMATS = {
  heading: 'bold',
  good: 'green',
  waiting: 'yellow',
  bad: 'red',
  quiet: 'gray',
} as const satisfies Record<Exclude<Look, 'plain'>, Parameters<typeof styleText>[0]>;

/** Gives text a look, or leaves it alone. */
export type Paint = (text: string, look: Look) => string;

/** Leaves everything as it is: for files, pipes and tests. */
export const noPaint: Paint = (text) => text;

/** Colours on a terminal only, and never where NO_COLOR is set. https://no-color.org */
export const paintFor = (stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Paint =>
  stream.isTTY === true && !env['NO_COLOR']
    ? (text, look) => (look === 'plain' ? text : styleText(FORMATS[look], text, { validateStream: false }))
    : noPaint;

/** How an outcome looks. */
export function lookOf(outcome: string): Look {
  switch (outcome) {
    case 'answered':
    case 'allow':
      return 'good';
    case 'held':
    case 'hold':
    case 'in-flight':
      return 'waiting';
    default:
      return 'bad';
  }
}
