import { applyToText, type Span } from '@bailiwick/detect';
import type { Action, PurposeField } from '@bailiwick/domain';
import type { CatalogField } from '@bailiwick/domain';
import { generalise } from './generalise.js';
import { ownWords } from './own-words.js';
import type { RecordField, Scalar } from './record-field.js';

/** Makes the pseudonym of a value; the same entity and value always make the same one. */
export type Pseudonym = (entity: string, value: string) => string;

/** What minimising needs to know beside the field. */
export interface MinimiseContext {
  /** What the catalog says of the field; undefined when it is not listed. */
  readonly listed: CatalogField | undefined;
  /** What the purpose does with the field; undefined when it does not name it. */
  readonly rule: PurposeField | undefined;
  /** Finds personal data in a text: in order, without overlaps. */
  readonly find: (text: string) => readonly Span[];
  readonly pseudonym: Pseudonym;
}

/** What is left of one field. */
export interface MinimisedField {
  readonly action: Action;
  /** Empty when nothing is left. */
  readonly values: readonly Scalar[];
  /** How many findings of each entity were acted on inside the field's text. */
  readonly entities: Readonly<Record<string, number>>;
}

const DROPPED: MinimisedField = { action: 'drop', values: [], entities: {} };
/** What a masked value shows. */
const masked = (entity: string): string => `[${entity}]`;

/** Applies the purpose's action to a field. A field that the purpose does not name is dropped. */
export function minimise(field: RecordField, context: MinimiseContext): MinimisedField {
  const { listed, rule, pseudonym } = context;
  const entity = listed?.entity ?? (listed?.category ?? 'unknown').toUpperCase().replaceAll('-', '_');
  const whole = (action: Action, change: (value: Scalar) => string | null): MinimisedField => ({
    action,
    values: field.values.map(change).filter((value) => value !== null),
    entities: {},
  });
  switch (rule?.action) {
    case undefined:
    case 'drop':
      return DROPPED;
    case 'mask':
      return whole('mask', () => masked(entity));
    case 'pseudonymise':
      return whole('pseudonymise', (value) => pseudonym(entity, String(value)));
    case 'generalise':
      return whole('generalise', (value) => generalise(value, rule.generalise));
    case 'keep':
      return keep(field, rule, context);
  }
}

/**
 * Keeps a field but for the personal data in its text, and for what others wrote in it where it is free text. A purpose that names no action for that says that there is
 * none; what is found nevertheless is masked, unless it is what the field is listed to hold.
 */
function keep(field: RecordField, rule: PurposeField, context: MinimiseContext): MinimisedField {
  const entities: Record<string, number> = {};
  const isExpected = ({ entity }: Span): boolean =>
    rule.inText === undefined && entity === context.listed?.entity;
  const replace = (value: string, { entity }: Span): string => {
    entities[entity] = (entities[entity] ?? 0) + 1;
    switch (rule.inText) {
      case 'drop':
        return '';
      case 'pseudonymise':
        return context.pseudonym(entity, value);
      case 'mask':
      case undefined:
        return masked(entity);
    }
  };
  const own = (value: string): string => {
    const { text, left } = ownWords(value);
    for (const [part, count] of Object.entries(left)) entities[part] = (entities[part] ?? 0) + count;
    return text;
  };
  const isText = rule.inText !== undefined && rule.quotes !== 'keep';
  const values = field.values.flatMap((value) => {
    const text = isText ? own(String(value)) : String(value);
    if (text === '' && value !== '') return [];
    const found = context.find(text).filter((span) => !isExpected(span));
    if (found.length > 0) return [applyToText(text, found, replace)];
    return [text === String(value) ? value : text];
  });
  return { action: 'keep', values, entities };
}
