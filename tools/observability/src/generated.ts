import { collectorFile } from './collector.js';
import { DASHBOARDS } from './dashboards.js';
import { grafanaDashboard } from './grafana.js';
import { PLACE_OF_CONTROL, placeOfCell, prometheusFile } from './prometheus.js';
import { readCells } from './repository.js';

/** Every file that is made here, by its path in the repository. */
export const generatedFiles = (): Readonly<Record<string, string>> =>
  Object.fromEntries([
    ...DASHBOARDS.map((dashboard) => [
      `infra/grafana/${dashboard.uid}.json`,
      `${JSON.stringify(grafanaDashboard(dashboard), null, 2)}\n`,
    ]),
    ...readCells().map((cell) => [`infra/otel/collector.${cell.region}.yaml`, collectorFile(cell)]),
    ...[...readCells().map(placeOfCell), PLACE_OF_CONTROL].map((place) => [
      `infra/prometheus/prometheus.${place.region}.yaml`,
      prometheusFile(place),
    ]),
  ]);
