import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const Alert = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(['page', 'ticket']), slo: z.string().optional() }),
  annotations: z.strictObject({ summary: z.string(), runbook: z.string() }),
});
const Recorded = z.strictObject({ record: z.string(), expr: z.string() });
const RuleFile = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      interval: z.string().optional(),
      rules: z.array(z.union([Alert, Recorded])),
    }),
  ),
});

/** An alert of `infra/alerts`. */
export type Alert = z.infer<typeof Alert>;

/** Every rule of `infra/alerts`; throws for one that lacks a severity, a summary or a runbook. */
export function readRules(repository: string): {
  readonly alerts: readonly Alert[];
  readonly recorded: readonly z.infer<typeof Recorded>[];
} {
  const folder = join(repository, 'infra', 'alerts');
  const rules = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => RuleFile.parse(parse(readFileSync(join(folder, file), 'utf8'))).groups)
    .flatMap((group) => group.rules);
  return {
    alerts: rules.filter((rule) => 'alert' in rule),
    recorded: rules.filter((rule) => 'record' in rule),
  };
}
