import { expect, it } from 'vitest';
import { traceIdOf } from './trace-context.js';

const trace = '0af7651916cd43dd8448eb211c80319c';
const span = 'b7ad6b7169203331';

it.each([
  [`00-${trace}-${span}-01`, trace],
  [`01-${trace}-${span}-01-later-versions-may-add`, trace],
  [`ff-${trace}-${span}-01`, undefined],
  [`00-${'0'.repeat(32)}-${span}-01`, undefined],
  [`00-${trace}-${'0'.repeat(16)}-01`, undefined],
  ['a name, a phone number', undefined],
  [undefined, undefined],
])('%s has the trace id %s', (header, expected) => {
  expect(traceIdOf(header)).toBe(expected);
});
