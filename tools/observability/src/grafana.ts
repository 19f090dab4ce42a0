import type { Dashboard as GrafanaDashboard, Panel as GrafanaPanel, RowPanel } from '@grafana/schema';
import type { Dashboard, Panel } from './dashboards.js';

const WIDTH = 24;
const HEIGHT = 8;
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

function panel(
  { title, about, unit, kind = 'timeseries', lines }: Panel,
  place: Required<GrafanaPanel>['gridPos'],
): Omit<GrafanaPanel, 'id'> {
  return {
    type: kind,
    title,
    description: about,
    datasource: DATASOURCE,
    gridPos: place,
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: Object.entries(lines).map(([legendFormat, expr], index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: DATASOURCE,
      expr,
      legendFormat,
      exemplar: kind === 'timeseries',
    })),
  };
}

/** A dashboard as Grafana imports it, by Grafana's own types: rows one below the other, the panels of a row side by side. */
export function grafanaDashboard({ uid, title, rows }: Dashboard): GrafanaDashboard {
  const panels: readonly (Omit<GrafanaPanel, 'id'> | Omit<RowPanel, 'id'>)[] = Object.entries(rows).flatMap(
    ([row, inRow], index) => {
      const y = index * (HEIGHT + 1);
      const w = Math.floor(WIDTH / inRow.length);
      return [
        { type: 'row', title: row, collapsed: false, gridPos: { x: 0, y, w: WIDTH, h: 1 }, panels: [] },
        ...inRow.map((each, column) => panel(each, { x: column * w, y: y + 1, w, h: HEIGHT })),
      ];
    },
  );
  return {
    uid,
    title,
    tags: ['bailiwick'],
    schemaVersion: 39,
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    templating: { list: [{ name: 'datasource', label: 'Cell', type: 'datasource', query: 'prometheus' }] },
    panels: panels.map((each, index) => ({ id: index + 1, ...each })),
  };
}
