// Writes goldens.json: what @huggingface/jinja makes of every template and conversation, or that it refuses.
// `npm ci && node make.mjs` here; only when a template or a conversation is added, never to get a test green.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { Template } from '@huggingface/jinja';

const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const folder = new URL('templates/', import.meta.url);
const tools = read('tools.json');
const conversations = read('conversations.json');
const goldens = {};

const render = (template, conversation) => {
  try {
    return {
      text: new Template(template).render({
        messages: conversation.messages,
        tools: conversation.tools?.map((name) => tools[name]) ?? null,
        add_generation_prompt: conversation.add_generation_prompt ?? true,
        bos_token: '<s>',
        eos_token: '</s>',
        date_string: '26 Jul 2024',
        ...conversation.values,
      }),
    };
  } catch (fault) {
    return template.includes(fault.message) ? { raised: fault.message } : { fault: fault.message };
  }
};

for (const file of readdirSync(folder).sort()) {
  const template = readFileSync(new URL(file, folder), 'utf8');
  const known = file.replace('.jinja', '');
  goldens[known] = Object.fromEntries(
    Object.entries(conversations).filter(([, { only }]) => only?.includes(known) ?? true).map(([name, conversation]) => [name, render(template, conversation)]),
  );
}

writeFileSync(new URL('goldens.json', import.meta.url), `${JSON.stringify(goldens, null, 2)}\n`);
