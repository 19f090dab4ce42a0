import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A metric as the code declares it. */
export interface DeclaredMetric {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly file: string;
}

const DECLARATION =
  /\b(counter|gauge|histogram)\(\s*'(?<name>[a-z0-9_]+)',\s*(?:'[^']*'|"[^"]*"),\s*\[(?<labels>[^\]]*)\]/g;
const CALL = /\b(?:counter|gauge|histogram)\(\s*['"`]/g;

/**
 * Every metric that the sources declare through `@bailiwick/platform`. Throws for a declaration that it
 * cannot read, for example one with a computed name: nobody could say then what is measured.
 */
export function declaredMetrics(repository: string): readonly DeclaredMetric[] {
  const found: DeclaredMetric[] = [];
  for (const file of globSync('{apps,libs,tools}/*/src/**/*.ts', { cwd: repository }).toSorted()) {
    if (/\.(spec|test-kit)\.ts$/.test(file)) continue;
    const text = readFileSync(join(repository, file), 'utf8');
    const declarations = [...text.matchAll(DECLARATION)];
    if (declarations.length !== [...text.matchAll(CALL)].length)
      throw new Error(`${file} declares a metric whose name or labels are not written there`);
    for (const { 1: kind, groups } of declarations)
      found.push({
        name: groups?.['name'] ?? '',
        kind: kind as DeclaredMetric['kind'],
        labels: [...(groups?.['labels'] ?? '').matchAll(/'([^']+)'/g)].map(([, label]) => label ?? ''),
        file,
      });
  }
  return found;
}

/** The series of a metric, as Prometheus names them. */
export const seriesOf = ({ name, kind }: DeclaredMetric): readonly string[] =>
  kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
