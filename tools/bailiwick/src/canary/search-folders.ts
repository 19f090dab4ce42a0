import { basename } from 'node:path';
import { searchFiles, type Canaries } from '@bailiwick/canary';
import type { PlaceKind, Searched } from './place.js';

/** Searches what was written below a folder since a time. */
export async function searchFolder(
  kind: Extract<PlaceKind, 'log' | 'file'>,
  region: string,
  folder: string,
  { name, email, phone, note }: Canaries,
  since: number,
): Promise<readonly Searched[]> {
  const words = new Map(Object.entries({ name, email, phone, note }).map(([word, value]) => [value, word]));
  const { hits, bytes } = await searchFiles([folder], [...words.keys()], undefined, since);
  const found = new Map<string, string[]>();
  for (const { file, value } of hits) found.set(file, [...(found.get(file) ?? []), words.get(value) ?? '']);
  return [
    { kind, region, name: basename(folder), bytes, found: [] },
    ...[...found].map(([file, names]) => ({ kind, region, name: file, bytes: 0, found: names })),
  ];
}
