import { existsSync, globSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICES, adapterWorkload } from '@bailiwick/contracts';
import { ATTRIBUTES } from '@bailiwick/platform';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { cellDomain } from './collector.js';
import { DASHBOARDS } from './dashboards.js';
import { declaredMetrics, seriesOf } from './declared-metrics.js';
import { labelsIn, seriesIn } from './expressions.js';
import { generatedFiles } from './generated.js';
import { placeOfCell, prometheusConfig, workloadsOf } from './prometheus.js';
import { REPOSITORY, readCells } from './repository.js';
import { readRules } from './rule-files.js';

/** Labels whose values are as many as the mesh has parts, codes or configured things. A tenant, event or person is none. */
const BOUNDED = new Set(
  `action basis category check code connection direction kind lane outcome partition pool pull reason region scope stage state topic way
   witness`.split(/\s+/),
);
/** Labels that Prometheus or a histogram adds. */
const ADDED = ['le', 'instance', 'job'];

const declared = declaredMetrics(REPOSITORY);
const { alerts, recorded } = readRules(REPOSITORY);
const expressions: readonly (readonly [where: string, expression: string])[] = [
  ...alerts.map(({ alert, expr }) => [alert, expr] as const),
  ...recorded.map(({ record, expr }) => [record, expr] as const),
  ...DASHBOARDS.flatMap(({ rows }) => Object.values(rows).flat()).flatMap(({ title, lines }) =>
    Object.values(lines).map((expr) => [title, expr] as const),
  ),
];

describe('metrics', () => {
  it('are declared once, by convention, and with bounded labels only', () => {
    expect(declared.length).toBeGreaterThan(30);
    expect(declared.map(({ name }) => name)).toEqual([...new Set(declared.map(({ name }) => name))]);
    for (const { name, kind, labels } of declared) {
      expect(name).toMatch(
        kind === 'counter' ? /^bailiwick_[a-z_]+_total$/ : /^bailiwick_[a-z_]+(?<!_total)$/,
      );
      expect(
        labels.filter((label) => !BOUNDED.has(label)),
        name,
      ).toEqual([]);
    }
  });
});

describe('alerts and dashboards', () => {
  it('show everything that is measured', () => {
    const shown = new Set(expressions.flatMap(([, expression]) => seriesIn(expression)));
    const unseen = declared.filter((metric) => !seriesOf(metric).some((name) => shown.has(name)));
    expect(unseen.map(({ name, file }) => `${name} of ${file} is in no rule and on no dashboard`)).toEqual(
      [],
    );
  });

  const known = new Set([...declared.flatMap(seriesOf), ...recorded.map(({ record }) => record)]);

  it.each(expressions)('%s reads only what the code declares', (_where, expression) => {
    const series = seriesIn(expression);
    if (!expression.startsWith('up{')) expect(series.length).toBeGreaterThan(0);
    expect(series.filter((name) => !known.has(name))).toEqual([]);
    const labels = declared.filter((metric) => seriesOf(metric).some((name) => series.includes(name)));
    const there = new Set([...labels.flatMap((metric) => metric.labels), ...ADDED]);
    expect(labelsIn(expression).filter((label) => !there.has(label))).toEqual([]);
  });

  it('pick a bucket under the name that every Prometheus gives it: 5 was 5 until version 3 and is 5.0 since', () => {
    for (const [where, expression] of expressions) expect(expression, where).not.toMatch(/le="\d+"/);
  });

  it('every alert has a test that sees it fire', () => {
    const text = readdirSync(join(REPOSITORY, 'infra', 'alerts', 'tests'))
      .map((file) => readFileSync(join(REPOSITORY, 'infra', 'alerts', 'tests', file), 'utf8'))
      .join('\n');
    const fired = [...text.matchAll(/alertname: ([A-Za-z]+)\n\s+exp_alerts:\n/g)].map(([, name]) => name);
    expect(alerts.map(({ alert }) => alert).filter((name) => !fired.includes(name))).toEqual([]);
  });

  it('have one page each, which says what it means, what to look at, what to do and what not', () => {
    expect(readdirSync(join(REPOSITORY, 'infra', 'runbooks')).filter((file) => file !== 'README.md')).toEqual(
      alerts.map(({ alert }) => `${alert}.md`).toSorted(),
    );
    for (const { alert, annotations } of alerts) {
      expect(annotations.runbook).toBe(`infra/runbooks/${alert}.md`);
      const page = readFileSync(join(REPOSITORY, annotations.runbook), 'utf8');
      for (const heading of [`# ${alert}`, '## Meaning', '## Look', '## Do', '## Do not'])
        expect(page.split('\n'), alert).toContain(heading);
    }
  });
});

describe('commands that runbooks and docs/observability.md name', () => {
  const sources = globSync('tools/bailiwick/src/commands/*.ts', { cwd: REPOSITORY })
    .map((file) => readFileSync(join(REPOSITORY, file), 'utf8'))
    .join('\n');
  /** A word of a command line is written somewhere as a command's name. */
  const known = (word: string): boolean => sources.includes(`'${word}'`);
  const pages = globSync('infra/runbooks/*.md', { cwd: REPOSITORY });

  it.each([...pages, 'docs/observability.md'])('%s', (page) => {
    const text = readFileSync(join(REPOSITORY, page), 'utf8');
    for (const [, line = ''] of text.matchAll(/npx bailiwick ((?:[a-z]+ )*[a-z]+)(?=$|[ `])/gm))
      for (const word of line.split(' ')) expect(known(word), `${page}: ${word}`).toBe(true);
  });
});

describe('the Prometheus of a cell', () => {
  it.each(readCells())('scrapes every process of $region, and nothing and nobody elsewhere', (cell) => {
    const workloads = workloadsOf(cell);
    for (const service of SERVICES.filter((name) => !['control-plane', 'inference-adapter'].includes(name)))
      expect(workloads).toContain(service);
    for (const { id } of cell.pools) expect(workloads).toContain(adapterWorkload(id));
    const { scrape_configs, alerting, ...rest } = prometheusConfig(placeOfCell(cell));
    const names = [...scrape_configs, ...alerting.alertmanagers].flatMap(({ dns_sd_configs }) =>
      dns_sd_configs.flatMap(({ names }) => names),
    );
    expect(names).toHaveLength(workloads.length + 2);
    expect(names.filter((name) => !name.endsWith(`.${cellDomain(cell)}`))).toEqual([]);
    expect(Object.keys(rest).toSorted()).toEqual(['global', 'rule_files', 'storage']);
  });

  it('knows each process by its workload and address', () => {
    const [first] = readCells().map((cell) => prometheusConfig(placeOfCell(cell)).scrape_configs[0]);
    const [relabel] = first?.relabel_configs ?? [];
    const found = 'inference-adapter.eu-shared.eu-central.eu.bailiwick.internal;10.0.0.7:9000';
    expect(found.replace(new RegExp(`^${relabel?.regex}$`), relabel?.replacement ?? '')).toBe(
      'inference-adapter.eu-shared/10.0.0.7:9000',
    );
  });
});

describe('what is generated', () => {
  it.each(Object.entries(generatedFiles()))(
    '%s is what the code makes: npm run generate -w tools/observability',
    (path, text) => {
      expect(existsSync(join(REPOSITORY, path)) && readFileSync(join(REPOSITORY, path), 'utf8')).toBe(text);
    },
  );

  it.each(readCells())(
    'the collector of $region lets only the allow-list through, and out of no cell',
    (cell) => {
      const config = parse(
        readFileSync(join(REPOSITORY, `infra/otel/collector.${cell.region}.yaml`), 'utf8'),
      ) as {
        exporters: Record<string, { endpoint: string }>;
        processors: Record<string, { trace_statements: { context: string; statements: string[] }[] }>;
        service: { pipelines: Record<string, { processors: string[]; exporters: string[] }> };
      };
      expect(Object.keys(config.service.pipelines)).toEqual(['traces']);
      const order = config.service.pipelines['traces']?.processors ?? [];
      expect(order.indexOf('filter/own-cell')).toBe(1);
      expect(order.indexOf('transform/allow-list')).toBe(2);
      for (const { endpoint } of Object.values(config.exporters))
        expect(new URL(endpoint).hostname.endsWith(`.${cellDomain(cell)}`)).toBe(true);
      const statements = config.processors['transform/allow-list']?.trace_statements ?? [];
      const kept = statements.find(({ context }) => context === 'span')?.statements[0] ?? '';
      expect(JSON.parse(/\[.*\]/.exec(kept)?.[0] ?? '[]')).toEqual(Object.values(ATTRIBUTES).toSorted());
    },
  );
});
