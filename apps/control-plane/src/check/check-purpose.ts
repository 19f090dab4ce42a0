import type { Category } from '@bailiwick/domain';
import { z } from 'zod';
import type { PurposeTerms } from '../terms/thing.js';
import { checkAwaited } from './check-awaited.js';
import type { Complain } from './problem.js';
import type { World } from './world.js';

const PLACEHOLDER = /\{\{([^}]*)\}\}/g;
/** A lawful basis that names a case of GDPR Art 9(2), without which special categories may not be processed. */
const ARTICLE_9 = /\bArt(?:icle|\.)?\s*9\s*\(2\)\s*\([a-j]\)/;
/** Categories of Art 9(1) as the catalog calls them. */
const SPECIAL: readonly Category[] = ['special-category', 'health'];

/** What is wrong with a purpose: it may name only what exists, and use special categories only on a basis for them. */
export function checkPurpose(purpose: PurposeTerms, world: World, complain: Complain): void {
  const known = world.catalog(purpose.object)?.fields;
  if (known) checkFields(purpose, known, complain);
  else complain('object', `no catalog describes ${purpose.object}`);
  checkAwaited(purpose, complain);
  checkDetection(purpose, world.entities, complain);
  checkOutput(purpose, complain);
  if (!world.pools.some(({ models }) => models.includes(purpose.model.alias)))
    complain('model.alias', `no pool serves ${purpose.model.alias}`);
}

function checkFields(
  purpose: PurposeTerms,
  known: Readonly<Record<string, { readonly category: Category }>>,
  complain: Complain,
): void {
  for (const [field, { action, inText, generalise }] of Object.entries(purpose.fields)) {
    const category = Object.hasOwn(known, field) ? known[field]?.category : undefined;
    const path = `fields.${field}`;
    if (category === undefined) complain(path, `the catalog of ${purpose.object} does not know this field`);
    if (category === 'free-text' && action === 'keep' && inText === undefined)
      complain(path, 'holds free text: `inText` must say what is done with personal data in it');
    if (action === 'generalise' && generalise === undefined)
      complain(path, '`generalise` must say how: year, area or band');
    if (category && SPECIAL.includes(category) && action !== 'drop' && !ARTICLE_9.test(purpose.lawfulBasis))
      complain(
        path,
        `holds ${category} data: \`lawfulBasis\` must name a case of GDPR Art 9, for example Art 9(2)(h)`,
      );
  }
  purpose.prompt.lines.forEach(({ field }, index) => {
    if (!Object.hasOwn(purpose.fields, field))
      complain(`prompt.lines.${index}.field`, `the purpose does not name field ${field}`);
  });
}

function checkDetection({ detection }: PurposeTerms, known: ReadonlySet<string>, complain: Complain): void {
  const named: readonly [string, readonly string[]][] = [
    ['entities', detection?.entities ?? []],
    ['thresholds', Object.keys(detection?.thresholds ?? {})],
    ['deny', Object.keys(detection?.deny ?? {})],
  ];
  for (const [member, entities] of named)
    for (const entity of entities)
      if (!known.has(entity)) complain(`detection.${member}`, `no detector finds ${entity}`);
}

function checkOutput({ fields, output, writeback }: PurposeTerms, complain: Complain): void {
  const properties = z.record(z.string(), z.unknown()).safeParse(output.schema['properties']);
  if (!properties.success) {
    complain('output.schema.properties', 'the answer must be an object with named fields');
    return;
  }
  const answers = properties.data;
  output.facets.forEach((facet, index) => {
    if (!Object.hasOwn(answers, facet))
      complain(`output.facets.${index}`, `the answer has no field ${facet}`);
  });
  for (const [name, { from, templates }] of Object.entries(output.renderings)) {
    const path = `output.renderings.${name}`;
    if (!Object.hasOwn(answers, from)) complain(`${path}.from`, `the answer has no field ${from}`);
    for (const [value, template] of Object.entries(templates))
      for (const [, field = ''] of template.matchAll(PLACEHOLDER))
        if (!Object.hasOwn(fields, field))
          complain(`${path}.templates.${value}`, `the purpose does not name field ${field}`);
  }
  for (const [field, source] of Object.entries(writeback.mapping)) {
    const [kind, name = ''] = source.split('.');
    if (!Object.hasOwn(kind === 'output' ? answers : output.renderings, name))
      complain(`writeback.mapping.${field}`, `there is no ${source}`);
  }
}
