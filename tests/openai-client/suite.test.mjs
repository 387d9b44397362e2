// OpenAI's own JavaScript client against a running host: MARKETPLACE_URL, MARKETPLACE_KEY and MARKETPLACE_MODEL name it.
// Whoever starts this runs a host and a rig that serves the model.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import OpenAI from 'openai';

const { MARKETPLACE_URL: url, MARKETPLACE_KEY: apiKey, MARKETPLACE_MODEL: model } = process.env;
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0, timeout: 60_000 });

// The model of these tests makes texts of single bytes, most of which are no characters by themselves: not here.
const logit_bias = Object.fromEntries(Array.from({ length: 256 }, (_, byte) => [3 + byte, -100]));
const messages = [{ role: 'user', content: 'Once upon a time' }];

async function collect(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

test('models are listed and found', async () => {
  const listed = await collect(await client.models.list());
  assert.ok(listed.some((one) => one.id === model));
  const found = await client.models.retrieve(model);
  assert.equal(found.id, model);
  assert.match(found.modelId, /^[0-9a-f]{64}$/);
});

test('an answer is marked with the model that made it, asked for by its name or by its id', async () => {
  const { modelId } = await client.models.retrieve(model);
  const ask = { messages, max_tokens: 4, temperature: 0 };
  const named = await client.chat.completions.create({ ...ask, model });
  const identified = await client.chat.completions.create({ ...ask, model: `mdl:${modelId}` });
  assert.equal(named.system_fingerprint, `${modelId.slice(0, 12)}-f32w-f32kv-f32acc`);
  assert.equal(identified.system_fingerprint, named.system_fingerprint);
  assert.equal(identified.choices[0].message.content, named.choices[0].message.content);
});

test('a conversation is answered with its usage', async () => {
  const answer = await client.chat.completions.create({ model, messages, max_tokens: 8, temperature: 0 });
  const again = await client.chat.completions.create({ model, messages, max_tokens: 8, temperature: 0 });
  assert.equal(answer.object, 'chat.completion');
  assert.equal(answer.choices[0].message.role, 'assistant');
  assert.equal(answer.choices[0].finish_reason, 'length');
  assert.equal(answer.usage.completion_tokens, 8);
  assert.equal(answer.choices[0].message.content, again.choices[0].message.content);
});

test('a stream says the same as the whole answer, and its usage at the end', async () => {
  const ask = { model, messages, max_tokens: 12, temperature: 0.8, top_p: 0.9, seed: 7 };
  const whole = await client.chat.completions.create(ask);
  const chunks = await collect(
    await client.chat.completions.create({ ...ask, stream: true, stream_options: { include_usage: true } }));
  const text = chunks.map((chunk) => chunk.choices[0]?.delta?.content ?? '').join('');
  assert.equal(text, whole.choices[0].message.content);
  assert.equal(chunks[0].choices[0].delta.role, 'assistant');
  assert.equal(chunks.at(-2).choices[0].finish_reason, 'length');
  assert.deepEqual(chunks.at(-1).choices, []);

  // The second of them may find the prompt read already, by the first.
  const { prompt_tokens_details, ...used } = chunks.at(-1).usage;
  assert.deepEqual(used, (({ prompt_tokens_details: _, ...rest }) => rest)(whole.usage));
  assert.equal(whole.usage.prompt_tokens_details.cached_tokens <= whole.usage.prompt_tokens, true);
  assert.ok(prompt_tokens_details.cached_tokens >= 16, 'the blocks of a prompt that came before are not read again');
});

test('the client\'s own helper puts a stream together', async () => {
  const stream = client.chat.completions.stream({ model, messages, max_tokens: 6, temperature: 0 });
  assert.equal((await stream.finalChatCompletion()).choices[0].finish_reason, 'length');
});

test('log-probabilities come with every token, the likeliest first', async () => {
  const answer = await client.chat.completions.create(
    { model, messages, max_tokens: 5, temperature: 1, seed: 2, logit_bias, logprobs: true, top_logprobs: 3 });
  const { content } = answer.choices[0].logprobs;
  assert.equal(content.length, 5);
  for (const token of content) {
    assert.equal(token.top_logprobs.length, 3);
    assert.ok(token.logprob <= token.top_logprobs[0].logprob);
    assert.ok(token.top_logprobs[0].logprob >= token.top_logprobs[1].logprob);
  }
  const bytes = Buffer.from(content.flatMap((token) => token.bytes));
  assert.equal(bytes.toString('utf8'), answer.choices[0].message.content);
});

test('a tool that must be called is called with arguments of its schema', async () => {
  const tools = [{
    type: 'function',
    function: {
      name: 'weather',
      description: 'Tells the weather.',
      strict: true,
      parameters: {
        type: 'object',
        properties: { city: { type: 'string', maxLength: 6 }, days: { enum: [1, 2, 3] } },
        required: ['city', 'days'],
        additionalProperties: false,
      },
    },
  }];
  const answer = await client.chat.completions.create(
    { model, messages, tools, tool_choice: 'required', parallel_tool_calls: false, temperature: 1, seed: 3 });
  assert.equal(answer.choices[0].finish_reason, 'tool_calls');
  assert.equal(answer.choices[0].message.tool_calls.length, 1);
  const [call] = answer.choices[0].message.tool_calls;
  assert.equal(call.function.name, 'weather');
  assert.ok([1, 2, 3].includes(JSON.parse(call.function.arguments).days));

  const told = await client.chat.completions.create({
    model,
    tools,
    tool_choice: 'none',
    max_tokens: 4,
    messages: [...messages, answer.choices[0].message, { role: 'tool', tool_call_id: call.id, content: 'wet' }],
  });
  assert.equal(told.choices[0].message.tool_calls, undefined);
});

test('several calls may be demanded at once, and stream in pieces of arguments of their schema', async () => {
  const tools = ['rain', 'wind'].map((name) => ({
    type: 'function',
    function: {
      name,
      strict: true,
      parameters: {
        type: 'object',
        properties: { city: { type: 'string', maxLength: 4 }, days: { enum: [1, 2, 3] } },
        required: ['city', 'days'],
        additionalProperties: false,
      },
    },
  }));

  // A model that was not trained for it ends after its first call as likely as not: one of these seeds goes on.
  let asked;
  let calls = [];
  for (let seed = 1; seed <= 12 && calls.length < 2; seed++) {
    asked = { model, messages, tools, tool_choice: 'required', temperature: 1, seed, max_tokens: 240 };
    const answer = await client.chat.completions.create(asked);
    calls = answer.choices[0].message.tool_calls;
    assert.ok(calls.length > 0);
  }
  assert.ok(calls.length > 1, 'no seed makes several calls');
  assert.equal(new Set(calls.map((call) => call.id)).size, calls.length);

  // The last one ends where the tokens do.
  for (const call of calls.slice(0, -1)) {
    assert.ok(['rain', 'wind'].includes(call.function.name));
    const told = JSON.parse(call.function.arguments);
    assert.deepEqual(Object.keys(told), ['city', 'days']);
    assert.ok([...told.city].length <= 4 && [1, 2, 3].includes(told.days));
  }

  const pieces = [];
  const joined = [];
  for await (const chunk of await client.chat.completions.create({ ...asked, stream: true })) {
    for (const piece of chunk.choices[0]?.delta.tool_calls ?? []) {
      pieces.push(piece);
      joined[piece.index] ??= { name: piece.function.name, arguments: '' };
      joined[piece.index].arguments += piece.function.arguments;
    }
  }
  assert.ok(pieces.length > calls.length);
  assert.deepEqual(joined, calls.map((call) => ({ ...call.function })));
});

test('a model that may choose answers in its own words, or calls what it was given', async () => {
  const tools = [{ type: 'function', function: { name: 'rain', strict: true, parameters: {
    type: 'object', properties: {}, required: [], additionalProperties: false } } }];
  const answer = await client.chat.completions.create(
    { model, messages, tools, temperature: 1, seed: 6, max_tokens: 24 });
  const [{ message }] = answer.choices;
  assert.ok(message.content?.length > 0 || message.tool_calls.length > 0);
});

test('an answer of a schema is JSON of it', async () => {
  const schema = {
    type: 'object',
    properties: { name: { type: 'string', maxLength: 5 }, kind: { enum: ['cat', 'dog'] } },
    required: ['name', 'kind'],
    additionalProperties: false,
  };
  const answer = await client.chat.completions.create({
    model,
    messages,
    temperature: 1,
    seed: 5,
    response_format: { type: 'json_schema', json_schema: { name: 'pet', schema, strict: true } },
  });
  const pet = JSON.parse(answer.choices[0].message.content);
  assert.deepEqual(Object.keys(pet), ['name', 'kind']);
  assert.ok(['cat', 'dog'].includes(pet.kind));
});

test('a text is gone on with', async () => {
  const answer = await client.completions.create(
    { model, prompt: 'Once upon a time', max_tokens: 6, temperature: 0, logit_bias, logprobs: 2 });
  assert.equal(answer.object, 'text_completion');
  assert.equal(answer.choices[0].logprobs.tokens.join(''), answer.choices[0].text);
});

test('several prompts are gone on with, each text as it would be alone', async () => {
  const ask = { model, max_tokens: 6, temperature: 0.9, seed: 11, logit_bias };
  const many = await client.completions.create({ ...ask, prompt: ['Once', 'Twice'], n: 2 });
  assert.deepEqual(many.choices.map((choice) => choice.index), [0, 1, 2, 3]);
  assert.notEqual(many.choices[2].text, many.choices[3].text);
  const alone = await client.completions.create({ ...ask, prompt: 'Twice' });
  const next = await client.completions.create({ ...ask, prompt: 'Twice', seed: 12 });
  assert.deepEqual([many.choices[2].text, many.choices[3].text], [alone.choices[0].text, next.choices[0].text]);
  assert.equal(many.usage.completion_tokens, 24);
  assert.equal(new Set(many.marketplace.texts.map((text) => text.job)).size, 4);
  for (const text of many.marketplace.texts) assert.notEqual(text.verification, 'failed');
});

test('token ids are gone on with as they stand', async () => {
  const ask = { model, max_tokens: 6, temperature: 0, logit_bias, marketplace: { verification: 'always' } };
  const ids = [1, 1, 70, 71, 72];
  const one = await client.completions.create({ ...ask, prompt: ids });
  assert.equal(one.usage.prompt_tokens, 5);
  assert.ok(['passed', 'pending'].includes(one.marketplace.verification), one.marketplace.verification);
  const two = await client.completions.create({ ...ask, prompt: [[1, 80], ids], echo: true });
  assert.equal(two.choices[1].text, `CDE${one.choices[0].text}`);
  await assert.rejects(
    client.completions.create({ model, prompt: [1, 1_000_000] }),
    (fault) => fault instanceof OpenAI.BadRequestError && fault.param === 'prompt[1]');
});

test('a prompt is scored as it is gone on with, and without a token more', async () => {
  const ask = { model, prompt: 'Once upon a time', max_tokens: 8, temperature: 0, logprobs: 2, logit_bias };
  const made = (await client.completions.create(ask)).choices[0];
  const all = await client.completions.create({ ...ask, prompt: ask.prompt + made.text, echo: true, max_tokens: 0 });
  const [{ logprobs, text, finish_reason }] = all.choices;
  const count = all.usage.prompt_tokens;
  assert.equal(text, ask.prompt + made.text);
  assert.equal(finish_reason, 'length');
  assert.equal(all.usage.completion_tokens, 0);
  for (const list of Object.values(logprobs)) assert.equal(list.length, count);
  assert.deepEqual([logprobs.token_logprobs[0], logprobs.top_logprobs[0]], [null, null]);

  // What is made comes behind the prompt, as it is told alone.
  const more = (await client.completions.create({ ...ask, echo: true })).choices[0];
  const before = more.logprobs.tokens.length - made.logprobs.tokens.length;
  assert.deepEqual(more.logprobs.token_logprobs.slice(before), made.logprobs.token_logprobs);
  assert.equal(more.text, ask.prompt + made.text);
  assert.ok(more.logprobs.token_logprobs.slice(1).every((one) => one <= 0));

  await assert.rejects(
    client.completions.create({ ...ask, echo: true, stream: true }), { status: 400, param: 'stream' });
});

test('a stream of several texts tells each under its index', async () => {
  const ask = { model, messages, max_tokens: 5, temperature: 0.9, seed: 21, logit_bias, n: 3 };
  const whole = await client.chat.completions.create(ask);
  const chunks = await collect(
    await client.chat.completions.create({ ...ask, stream: true, stream_options: { include_usage: true } }));
  const texts = ['', '', ''];
  for (const { choices: [choice] } of chunks) if (choice) texts[choice.index] += choice.delta.content ?? '';
  assert.deepEqual(texts, whole.choices.map((choice) => choice.message.content));
  assert.equal(chunks.at(-1).usage.completion_tokens, 15);
  assert.equal(chunks.filter((chunk) => chunk.choices[0]?.finish_reason).length, 3);

  // The client's own helper puts them together, too.
  const helped = await client.chat.completions.stream(ask).finalChatCompletion();
  assert.deepEqual(helped.choices.map((choice) => choice.message.content), texts);
});

test('of several texts the likeliest is shown', async () => {
  const ask = { model, prompt: 'Once', max_tokens: 4, temperature: 1, seed: 31, logit_bias, logprobs: 0 };
  const mean = ({ logprobs: { token_logprobs: told } }) => told.reduce((sum, one) => sum + one, 0) / told.length;
  const all = await client.completions.create({ ...ask, n: 3 });
  const best = await client.completions.create({ ...ask, best_of: 3 });
  const [likeliest] = [...all.choices].sort((a, b) => mean(b) - mean(a));
  assert.equal(best.choices.length, 1);
  assert.equal(best.choices[0].text, likeliest.text);
  assert.equal(best.usage.completion_tokens, 12);
});

const lengthOf = (vector) => Math.hypot(...vector);
const near = (a, b) => a.length === b.length && a.every((number, at) => Math.abs(number - b[at]) < 1e-6);

test('texts become vectors of length 1, as base64 unless told otherwise', async () => {
  const one = await client.embeddings.create({ model, input: 'Once upon a time' });
  assert.equal(one.object, 'list');
  assert.equal(one.data[0].object, 'embedding');
  assert.ok(Math.abs(lengthOf(one.data[0].embedding) - 1) < 1e-5);
  assert.deepEqual({ ...one.usage }, { prompt_tokens: one.usage.total_tokens, total_tokens: one.usage.total_tokens });

  // The client asks for base64 by itself and reads it; floats are the same numbers.
  const floats = await client.embeddings.create({ model, input: 'Once upon a time', encoding_format: 'float' });
  assert.ok(near(floats.data[0].embedding, one.data[0].embedding));
  const { data: raw } = await client.embeddings.create({ model, input: 'Once upon a time', encoding_format: 'base64' });
  const bytes = Buffer.from(raw[0].embedding, 'base64');
  assert.equal(bytes.readFloatLE(0), new Float32Array([one.data[0].embedding[0]])[0]);
  assert.equal(bytes.length, 4 * one.data[0].embedding.length);
});

test('several texts become as many vectors, in their order and each as if it were alone', async () => {
  const many = await client.embeddings.create({ model, input: ['One', 'Once upon a time', 'One'] });
  assert.deepEqual(many.data.map((vector) => vector.index), [0, 1, 2]);
  assert.deepEqual(many.data[0].embedding, many.data[2].embedding);
  assert.ok(!near(many.data[0].embedding, many.data[1].embedding));
  const alone = await client.embeddings.create({ model, input: 'Once upon a time' });
  assert.deepEqual(many.data[1].embedding, alone.data[0].embedding);
});

test('vectors are shortened to the dimensions that are asked for', async () => {
  const [whole] = (await client.embeddings.create({ model, input: 'One' })).data;
  const [few] = (await client.embeddings.create({ model, input: 'One', dimensions: 7, user: 'somebody' })).data;
  const length = lengthOf(whole.embedding.slice(0, 7));
  assert.ok(near(few.embedding, whole.embedding.slice(0, 7).map((number) => number / length)));
  await assert.rejects(
    client.embeddings.create({ model, input: 'One', dimensions: whole.embedding.length + 1 }),
    (fault) => fault instanceof OpenAI.BadRequestError && fault.param === 'dimensions');
});

test('tokens are embedded as they stand', async () => {
  const one = await client.embeddings.create({ model, input: [5, 6, 7] });
  assert.equal(one.usage.prompt_tokens, 3);
  const two = await client.embeddings.create({ model, input: [[8], [5, 6, 7]] });
  assert.equal(two.usage.prompt_tokens, 4);
  assert.deepEqual(two.data[1].embedding, one.data[0].embedding);
});

test('what cannot be embedded is refused by type and field', async () => {
  const refuses = (ask, type, field) => assert.rejects(
    client.embeddings.create({ model, ...ask }), (fault) => fault instanceof type && fault.param === field);
  await refuses({ input: '' }, OpenAI.BadRequestError, 'input');
  await refuses({ input: ['One', ''] }, OpenAI.BadRequestError, 'input[1]');
  await refuses({ input: [[-1]] }, OpenAI.BadRequestError, 'input[0]');
  await assert.rejects(
    client.embeddings.create({ model: 'no-such-model', input: 'One' }),
    (fault) => fault instanceof OpenAI.NotFoundError && fault.code === 'model_not_found');
});

test('a batch of embeddings answers the vectors of the direct request', async () => {
  const line = (custom_id, body) =>
    JSON.stringify({ custom_id, method: 'POST', url: '/v1/embeddings', body: { model, ...body } });
  const lines = [line('one', { input: 'One' }), line('none', { input: [] })];
  const file = await client.files.create(
    { file: await OpenAI.toFile(Buffer.from(lines.join('\n')), 'requests.jsonl'), purpose: 'batch' });
  let batch = await client.batches.create(
    { input_file_id: file.id, endpoint: '/v1/embeddings', completion_window: '24h' });
  for (const until = Date.now() + 60_000; batch.status !== 'completed';) {
    assert.ok(Date.now() < until, `the batch is ${batch.status}`);
    await pause(250);
    batch = await client.batches.retrieve(batch.id);
  }
  assert.deepEqual({ ...batch.request_counts }, { total: 2, completed: 1, failed: 1 });
  const answer = JSON.parse(await (await client.files.content(batch.output_file_id)).text());
  const direct = await client.embeddings.create({ model, input: 'One', encoding_format: 'float' });
  assert.deepEqual(answer.response.body.data, direct.data);
  assert.deepEqual(answer.response.body.usage, { ...direct.usage });
});

test('a batch answers every line of its file, in files', async () => {
  const line = (custom_id, body) => JSON.stringify(
    { custom_id, method: 'POST', url: '/v1/chat/completions', body: { model, messages, temperature: 0, ...body } });
  const lines = [line('short', { max_tokens: 3 }), line('long', { max_tokens: 6 }), line('hot', { temperature: 9 })];
  const file = await client.files.create(
    { file: await OpenAI.toFile(Buffer.from(lines.join('\n')), 'requests.jsonl'), purpose: 'batch' });
  assert.equal(file.purpose, 'batch');
  assert.equal((await client.files.retrieve(file.id)).bytes, Buffer.byteLength(lines.join('\n')));
  assert.ok((await collect(await client.files.list({ purpose: 'batch' }))).some((one) => one.id === file.id));

  let batch = await client.batches.create(
    { input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h', metadata: { by: 'suite' } });
  assert.equal(batch.metadata.by, 'suite');
  for (const until = Date.now() + 60_000; batch.status !== 'completed';) {
    assert.ok(Date.now() < until, `the batch is ${batch.status}`);
    await pause(250);
    batch = await client.batches.retrieve(batch.id);
  }
  assert.deepEqual({ ...batch.request_counts }, { total: 3, completed: 2, failed: 1 });
  assert.ok((await collect(await client.batches.list())).some((one) => one.id === batch.id));

  const read = async (id) =>
    (await (await client.files.content(id)).text()).trim().split('\n').map((one) => JSON.parse(one));
  const answers = await read(batch.output_file_id);
  assert.deepEqual(answers.map((one) => one.custom_id), ['short', 'long']);
  assert.deepEqual(answers.map((one) => one.response.body.usage.completion_tokens), [3, 6]);
  const direct = await client.chat.completions.create({ model, messages, max_tokens: 6, temperature: 0 });
  assert.deepEqual(answers[1].response.body.choices, direct.choices);
  const [refused] = await read(batch.error_file_id);
  assert.equal(refused.response.status_code, 400);
  assert.equal(refused.response.body.error.param, 'temperature');

  assert.equal((await client.files.delete(file.id)).deleted, true);
  await assert.rejects(client.files.retrieve(file.id), (fault) => fault instanceof OpenAI.NotFoundError);
});

test('refusals are typed and name the field', async () => {
  await assert.rejects(
    client.chat.completions.create({ model: 'no-such-model', messages }),
    (fault) => fault instanceof OpenAI.NotFoundError && fault.code === 'model_not_found');
  await assert.rejects(
    client.chat.completions.create({ model, messages, temperature: 9 }),
    (fault) => fault instanceof OpenAI.BadRequestError && fault.param === 'temperature');
  await assert.rejects(
    new OpenAI({ baseURL: `${url}/v1`, apiKey: 'mk_test_nothing', maxRetries: 0 }).models.list(),
    (fault) => fault instanceof OpenAI.AuthenticationError);
});

test('a client that leaves in mid-stream ends its job', async () => {
  // The likeliest tokens: this model never ends such a text by itself.
  const stream = await client.chat.completions.create({ model, messages, max_tokens: 400, temperature: 0, stream: true });
  let seen = 0;
  for await (const chunk of stream) {
    if (chunk.choices[0]?.delta?.content && ++seen === 2) stream.controller.abort();
  }
  assert.ok(seen >= 2);

  // The rig is free again: the next one is answered.
  const next = await client.chat.completions.create({ model, messages, max_tokens: 2, temperature: 0 });
  assert.equal(next.usage.completion_tokens, 2);
});

test('what stands behind an answer is told with it', async () => {
  const { data, response } = await client.chat.completions.create(
    { model, messages, max_tokens: 2, temperature: 0 }).withResponse();
  assert.equal(response.headers.get('x-job-id'), data.marketplace.job);
  assert.equal(response.headers.get('x-receipt-id'), data.marketplace.receipt);
  assert.equal(response.headers.get('x-verification'), data.marketplace.verification);
  const chunks = await collect(
    await client.chat.completions.create({ model, messages, max_tokens: 2, temperature: 0, stream: true }));
  assert.match(chunks.at(-1).marketplace.receipt, /^rcp_/);
});

// The last one: it uses up what the account may ask at once.
test('too many requests are refused by type, and the client waits as long as it is told to', async () => {
  const flood = await Promise.allSettled(Array.from({ length: 400 }, () => client.models.retrieve(model)));
  const refused = flood.filter((one) => one.status === 'rejected').map((one) => one.reason);
  assert.ok(refused.length > 0);
  for (const fault of refused) {
    assert.ok(fault instanceof OpenAI.RateLimitError, `${fault}`);
    assert.equal(fault.code, 'rate_limit_exceeded');
    assert.ok(Number(fault.headers.get('retry-after')) >= 1);
  }
  const patient = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 5, timeout: 60_000 });
  assert.equal((await patient.models.retrieve(model)).id, model);
});
