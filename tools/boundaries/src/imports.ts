import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { parseSync } from 'oxc-parser';

/** One import of one source file. */
export interface Import {
  /** Path of the importing file, relative to the root, with forward slashes. */
  readonly file: string;
  /** Room of the importing file, for example `libs/kafka`. */
  readonly room: string;
  /** What it imports, as written. */
  readonly specifier: string;
  /** True for a file that only tests run. */
  readonly test: boolean;
}

const SKIPPED = new Set(['node_modules', 'dist', 'gen', '.nx', '.bailiwick']);

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : sources(path);
    return /\.(ts|tsx|mts)$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : [];
  });
}

/** Every import, re-export and dynamic import of a literal in the rooms of a workspace. */
export function importsOf(root: string, rooms: readonly string[]): readonly Import[] {
  return rooms
    .flatMap((top) => sources(join(root, top)))
    .flatMap((path) => {
      const file = relative(root, path).split(sep).join('/');
      const text = readFileSync(path, 'utf8');
      const { module } = parseSync(path, text);
      const specifiers = new Set<string>();
      for (const { moduleRequest } of module.staticImports) specifiers.add(moduleRequest.value);
      for (const { entries } of module.staticExports)
        for (const { moduleRequest } of entries) if (moduleRequest) specifiers.add(moduleRequest.value);
      for (const { moduleRequest } of module.dynamicImports) {
        const literal = /^['"](.+)['"]$/.exec(text.slice(moduleRequest.start, moduleRequest.end))?.[1];
        if (literal) specifiers.add(literal);
      }
      const room = file.split('/').slice(0, 2).join('/');
      const test = /\.(spec|test(-[a-z]+)*)\.tsx?$/.test(file) || file.includes('/test/');
      return [...specifiers].map((specifier) => ({ file, room, specifier, test }));
    });
}
