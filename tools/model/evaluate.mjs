/**
 * Exact match on the held-back split through llama.cpp, with the grammar that a pool would use.
 *
 *   python generate.py held --count 1000 > build/held.jsonl
 *   node evaluate.mjs build/held.jsonl
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  getLlama,
  LlamaGrammarEvaluationState,
  LlamaJsonSchemaGrammar,
  resolveChatWrapper,
} from 'node-llama-cpp';

const system = 'You triage customer service cases. Answer with one JSON object.';
const file = fileURLToPath(new URL('case-triage.gguf', import.meta.url));
const schema = JSON.parse(readFileSync(new URL('answer.schema.json', import.meta.url), 'utf8'));
const cases = readFileSync(process.argv[2], 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, maxThreads: 1 });
const model = await llama.loadModel({ modelPath: file });
const context = await model.createContext({ contextSize: 1024, threads: 1 });
const sequence = context.getSequence();
const grammar = new LlamaJsonSchemaGrammar(llama, schema);
const wrapper = resolveChatWrapper(model);

async function answer(user) {
  const chatHistory = [
    { type: 'system', text: system },
    { type: 'user', text: user },
    { type: 'model', response: [] },
  ];
  const prompt = wrapper.generateContextState({ chatHistory }).contextText.tokenize(model.tokenizer);
  await sequence.clearHistory();
  const tokens = [];
  const grammarEvaluationState = new LlamaGrammarEvaluationState({ model, grammar });
  for await (const token of sequence.evaluate(prompt, { temperature: 0, grammarEvaluationState })) {
    tokens.push(token);
    const text = model.detokenize(tokens);
    if (text.endsWith('}')) return JSON.parse(text);
  }
  throw new Error('the answer has no end');
}

const right = { all: 0 };
const milliseconds = [];
for (const { user, expected } of cases) {
  const started = performance.now();
  const given = await answer(user);
  milliseconds.push(performance.now() - started);
  const wanted = JSON.parse(expected);
  const keys = Object.keys(wanted).filter((key) => wanted[key] === given[key]);
  for (const key of keys) right[key] = (right[key] ?? 0) + 1;
  if (keys.length === Object.keys(wanted).length) right.all += 1;
}
milliseconds.sort((a, b) => a - b);
for (const [key, count] of Object.entries(right)) {
  console.log(`${key.padEnd(10)} ${((100 * count) / cases.length).toFixed(1)} %`);
}
const at = (share) => milliseconds[Math.floor(milliseconds.length * share)].toFixed(0);
console.log(`${cases.length} cases, median ${at(0.5)} ms, p99 ${at(0.99)} ms`);
