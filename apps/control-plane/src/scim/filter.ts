import { ScimError } from './scim-error.js';

/** One comparison of a filter. `pr` is true where the attribute has a value. */
export interface Comparison {
  /** As in the schema, for example `userName`, `name.formatted`, `members.value`. */
  readonly attribute: string;
  readonly operator: 'eq' | 'sw' | 'co' | 'pr';
  readonly value: string | boolean | null;
}

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|[()]|[^\s()"]+)/y;
const OPERATORS = new Set(['eq', 'sw', 'co']);
const LONGEST = 1000;

const wrong = (detail: string): ScimError => new ScimError(400, detail, 'invalidFilter');

function tokensOf(text: string): readonly string[] {
  if (text.length > LONGEST) throw wrong(`a filter has ${LONGEST} characters at most`);
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const match = TOKEN.exec(text);
    if (!match?.[1]) throw wrong('a text in the filter does not end');
    tokens.push(match[1]);
  }
  return tokens;
}

function literal(token: string | undefined): Comparison['value'] {
  if (token === 'true' || token === 'false') return token === 'true';
  if (token === 'null') return null;
  try {
    const value: unknown = JSON.parse(token ?? '');
    if (typeof value === 'string') return value;
  } catch {
    // Said below.
  }
  throw wrong('the value of a comparison is a text in quotes, true, false or null');
}

/**
 * Comparisons of a filter (RFC 7644, 3.4.2.2), all of which must hold: `eq`, `sw`, `co` and `pr`, joined by `and`. Every
 * other operator is refused as `invalidFilter`, never ignored: a filter that is read wider than it was meant shows what it should not.
 */
export function parseFilter(text: string): readonly Comparison[] {
  const tokens = tokensOf(text);
  const found: Comparison[] = [];
  for (let at = 0; at < tokens.length;) {
    const [attribute = '', operator = '', value] = [
      tokens[at],
      tokens[at + 1]?.toLowerCase(),
      tokens[at + 2],
    ];
    if (!/^[A-Za-z][\w.$:-]*$/.test(attribute)) throw wrong('a comparison begins with an attribute');
    const name = attribute.replace(/^urn:ietf:params:scim:schemas:core:2\.0:(User|Group):/i, '');
    if (operator === 'pr') found.push({ attribute: name, operator, value: null });
    else if (OPERATORS.has(operator))
      found.push({ attribute: name, operator: operator as 'eq', value: literal(value) });
    else throw wrong('the operators are eq, sw, co and pr');
    at += operator === 'pr' ? 2 : 3;
    if (at >= tokens.length) break;
    if (tokens[at]?.toLowerCase() !== 'and')
      throw wrong('comparisons are joined by and; or, not and brackets are not served');
    if (++at >= tokens.length) throw wrong('and joins two comparisons');
  }
  if (found.length === 0) throw wrong('the filter is empty');
  return found;
}
