import type { ColumnProposal, CrmObject } from './column.js';

/** Below this a person should look before anything else. */
const SURE = 0.75;

/**
 * The field catalog of an object as YAML, to review and commit: one line a field, and above it what the line rests on.
 * Names come from the CRM and are written so that YAML reads them as they are.
 */
export function catalogYaml({ name }: CrmObject, proposals: readonly ColumnProposal[]): string {
  const lines = [
    `# Field catalog of the CRM object ${JSON.stringify(name)}, proposed from its metadata. Review every line before use:`,
    '# what stands here decides what may leave the classifier. A field that is not listed counts as unknown.',
    `object: ${JSON.stringify(name)}`,
    'fields:',
  ];
  for (const proposal of proposals) {
    const { category, sensitivity, regulations, entity, confidence, reasons } = proposal;
    const why = reasons.length === 0 ? 'nothing says what it is' : reasons.join('; ');
    lines.push(
      `  # ${confidence < SURE ? 'REVIEW ' : ''}${Math.round(confidence * 100)} % sure: ${why.replaceAll(/\s+/g, ' ')}`,
    );
    const values = [
      `category: ${category}`,
      `sensitivity: ${sensitivity}`,
      `regulations: [${regulations.join(', ')}]`,
      ...(entity === null ? [] : [`entity: ${entity}`]),
    ];
    lines.push(`  ${JSON.stringify(proposal.name)}: { ${values.join(', ')} }`);
  }
  return `${lines.join('\n')}\n`;
}
