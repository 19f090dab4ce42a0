/** How one stage shared its transactions. */
export interface StageFigures {
  readonly stage: string;
  /** Mean over the stage's life. */
  readonly recordsPerTransaction: number;
  /** Mean duration in milliseconds. */
  readonly transactionMs: number;
}

const SAMPLE = /^bailiwick_stage_(batch_records|transaction_seconds)_(sum|count)\{stage="([^"]+)"\} (\S+)/;

/** Reads the stages' histograms from the services' metrics (Prometheus text format). */
export async function stageFigures(
  services: Readonly<Record<string, string>>,
): Promise<readonly StageFigures[]> {
  const figures: StageFigures[] = [];
  for (const [workload, url] of Object.entries(services)) {
    const text = await (await fetch(`${url}/metrics`)).text();
    const sums = new Map<string, number>();
    const stages = new Set<string>();
    for (const line of text.split('\n')) {
      const [, name, part, stage, value] = SAMPLE.exec(line) ?? [];
      if (stage === undefined) continue;
      stages.add(stage);
      sums.set(`${stage}/${name}/${part}`, Number(value));
    }
    for (const stage of stages) {
      const mean = (name: string): number =>
        (sums.get(`${stage}/${name}/sum`) ?? 0) / (sums.get(`${stage}/${name}/count`) ?? Number.NaN);
      figures.push({
        stage: `${workload} ${stage}`,
        recordsPerTransaction: mean('batch_records'),
        transactionMs: mean('transaction_seconds') * 1000,
      });
    }
  }
  return figures;
}
