#!/usr/bin/env node
// A local Solana chain: node server.mjs [--port 0] [--slot-ms 400] [--data DIR] [--ready-file F]
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { startLocalnet } from './src/localnet.mjs';

const number = (name, text, max) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > max) {
    console.error(`--${name} must be a whole number from 0 to ${max}, got "${text}"`);
    process.exit(2);
  }
  return value;
};

let values;
try {
  ({ values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      'slot-ms': { type: 'string', default: '400' },
      data: { type: 'string' },
      'ready-file': { type: 'string' },
      'exit-with-stdin': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  }));
} catch (problem) {
  console.error(problem.message);
  process.exit(2);
}

if (values.help) {
  console.log(`usage: node server.mjs [--port N] [--slot-ms N] [--data DIR] [--ready-file F]
  --port N        RPC on N, websocket on N+1; 0 takes a free pair (default 0)
  --slot-ms N     milliseconds a slot; 0 moves slots by localnet_advance only (default 400)
  --data DIR      keep the chain in DIR over restarts (default: in memory)
  --ready-file F  write the line that is printed when ready to F as well
  --exit-with-stdin  stop when standard input ends, so that a dead parent leaves nothing behind`);
  process.exit(0);
}

const localnet = await startLocalnet({
  port: number('port', values.port, 65534), slotMs: number('slot-ms', values['slot-ms'], 60_000), data: values.data ?? null,
}).catch(problem => {
  console.error(`solana-localnet cannot start: ${problem.message}`);
  process.exit(1);
});

let stopping = false;
function stop() {
  if (stopping) return;
  stopping = true;
  localnet.stop().then(() => process.exit(0));
}

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, stop);
if (values['exit-with-stdin']) process.stdin.on('end', stop).on('error', stop).resume();

const line = JSON.stringify(localnet.ready);
if (values['ready-file']) {
  fs.writeFileSync(`${values['ready-file']}.new`, `${line}\n`);
  fs.renameSync(`${values['ready-file']}.new`, values['ready-file']);
}
console.log(line);
