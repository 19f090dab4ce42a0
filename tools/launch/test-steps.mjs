// The steps of `npm test`, in order: what each runs, and what it needs to have run before.
import { bin, root } from './bootstrap.mjs';

const node = bin('node');

/** A check that passes or fails as a whole: it counts as one test. */
const check = (name, title, command, args, needs = []) => ({
  name,
  title,
  kind: 'check',
  command,
  args,
  needs,
});
/** Vitest projects by a pattern of their names: their tests are counted one by one. */
const suite = (name, title, projects, needs = []) => ({ name, title, kind: 'suite', projects, needs });

export const STEPS = [
  check('format', 'format', bin('oxfmt'), ['--check', '.']),
  check('build', 'compile', bin('tsc'), ['-b']),
  // After the compilation: before it, what comes from another package has no type.
  check('lint', 'lint with types', bin('oxlint'), ['--type-aware'], ['build']),
  check('types', 'types of the specs', bin('tsc'), ['-p', 'tsconfig.spec.json'], ['build']),
  check('proto', 'protobuf lint', bin('buf'), ['lint', 'proto']),
  check('boundaries', 'boundaries', node, [`${root}/tools/boundaries/dist/main.js`], ['build']),
  suite('unit', 'unit tests', 'unit*'),
  suite('int', 'integration on real brokers and databases', 'int', ['build']),
  suite('e2e', 'end to end', 'e2e', ['build']),
];
