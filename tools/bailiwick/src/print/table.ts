import type { Look, Paint } from './style.js';

/** A cell of a table; text alone is plain. */
export type TableCell = string | { readonly text: string; readonly look: Look };

const textOf = (cell: TableCell): string => (typeof cell === 'string' ? cell : cell.text);

/** Lines of a table with aligned columns, two spaces apart; the last column is not padded. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly TableCell[])[],
  paint: Paint,
): readonly string[] {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => textOf(row[column] ?? '').length)),
  );
  const line = (cells: readonly TableCell[]): string =>
    cells
      .map((cell, column) => {
        const text = textOf(cell);
        const padding = column === cells.length - 1 ? '' : ' '.repeat((widths[column] ?? 0) - text.length);
        return paint(text, typeof cell === 'string' ? 'plain' : cell.look) + padding;
      })
      .join('  ')
      .trimEnd();
  return [line(headings.map((text) => ({ text, look: 'heading' }))), ...rows.map(line)];
}

/** A time for people: date and time of day to the millisecond, UTC. */
export const timeOf = (iso: string): string => iso.replace('T', ' ').replace('Z', '');
