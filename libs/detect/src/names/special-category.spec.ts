import { describe, expect, it } from 'vitest';
import { createDetector } from '../detector.js';

const KINDS = ['NRP', 'HEALTH', 'TRADE_UNION', 'BIOMETRIC', 'SEXUAL_LIFE'];
const detect = createDetector({ entities: KINDS });
const found = (text: string): string[] =>
  detect(text).map(({ start, end, entity }) => `${entity} ${text.slice(start, end)}`);

describe('special categories are found by their words', () => {
  it.each([
    ['She is a German Catholic.', ['NRP German', 'RELIGION Catholic']],
    [
      'Er ist Franzose, Diabetiker und im Betriebsrat.',
      ['NRP Franzose', 'HEALTH Diabetiker', 'TRADE_UNION Betriebsrat'],
    ],
    ['Elle est enceinte et syndiquée.', ['HEALTH enceinte', 'TRADE_UNION syndiquée']],
    ['Es musulmán y de nacionalidad española.', ['RELIGION musulmán', 'NRP española']],
    ['È omosessuale e comunista.', ['SEXUAL_LIFE omosessuale', 'POLITICAL_OPINION comunista']],
    ['Zijn vingerafdruk en zijn ziekte.', ['BIOMETRIC vingerafdruk', 'HEALTH ziekte']],
    ['Jest w ciąży, choruje na cukrzycę.', ['HEALTH ciąży', 'HEALTH cukrzycę']],
  ])('%s', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each(['Der Kunde wartet auf die Rechnung.', 'Union jack mug, 12 pieces'])('and not in %s', (text) => {
    expect(found(text)).toEqual([]);
  });
});

it('they are left alone unless somebody asks', () => {
  expect(createDetector()('The German customer is diabetic.')).toEqual([]);
});
