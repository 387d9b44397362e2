// What a real network does to a client: lost calls, lies, expiry, forks, restarts.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Connection, Keypair, LAMPORTS_PER_SOL, PublicKey, SystemProgram, Transaction } from '@solana/web3.js';
import { Faults } from '../src/faults.mjs';
import { startLocalnet } from '../src/localnet.mjs';

let localnet;
let payer;

before(async () => {
  localnet = await startLocalnet({ slotMs: 0 });
  payer = Keypair.generate();
  await rpc('requestAirdrop', payer.publicKey.toBase58(), 1000 * LAMPORTS_PER_SOL);
  await rpc('localnet_advance', 40);
});

after(() => localnet.stop());

async function rpc(method, ...params) {
  return call(localnet.ready.rpcUrl, method, params);
}

async function call(url, method, params) {
  const reply = await fetch(url, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  if (reply.status !== 200) throw Object.assign(new Error(`HTTP ${reply.status}`), { status: reply.status });
  const { result, error } = await reply.json();
  if (error) throw Object.assign(new Error(error.message), { code: error.code, data: error.data });
  return result;
}

async function transfer({ commitment = 'confirmed', to = Keypair.generate().publicKey, lamports = LAMPORTS_PER_SOL } = {}) {
  const { value } = await rpc('getLatestBlockhash', { commitment });
  const transaction = new Transaction({ feePayer: payer.publicKey, recentBlockhash: value.blockhash })
    .add(SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: to, lamports }));
  transaction.sign(payer);
  const wire = transaction.serialize().toString('base64');
  const send = (options = {}) => rpc('sendTransaction', wire, { encoding: 'base64', preflightCommitment: 'confirmed', ...options });
  const balance = async level => (await rpc('getBalance', to.toBase58(), { commitment: level ?? 'processed' })).value;
  return { send, balance, wire, lastValid: value.lastValidBlockHeight };
}

const status = async signature => (await rpc('getSignatureStatuses', [signature], { searchTransactionHistory: true })).value[0];
const fails = (promise, code) => assert.rejects(promise, problem => problem.code === code || assert.fail(`${problem.code} ${problem.message}`));

test('drop loses the call before it happens; drop_after loses only the answer', async () => {
  const one = await transfer();
  await rpc('localnet_setFault', { kind: 'drop' });
  await assert.rejects(one.send(), /fetch failed/);
  assert.equal(await one.balance(), 0);
  await rpc('localnet_setFault', { kind: 'drop_after' });
  await assert.rejects(one.send(), /fetch failed/);
  assert.equal(await one.balance(), LAMPORTS_PER_SOL);
  await fails(one.send(), -32002);
  await one.send({ skipPreflight: true });
  assert.equal(await one.balance(), LAMPORTS_PER_SOL);
});

test('ack_only answers and forgets; late delivers by slots; lie, 429 and node errors answer as told', async () => {
  const one = await transfer();
  await rpc('localnet_setFault', { kind: 'ack_only' });
  const signature = await one.send();
  assert.equal(await status(signature), null);
  await rpc('localnet_setFault', { kind: 'late', slots: 5 });
  await one.send({ skipPreflight: true });
  await rpc('localnet_advance', 4);
  assert.equal(await status(signature), null);
  await rpc('localnet_advance', 1);
  assert.equal((await status(signature)).confirmationStatus, 'processed');
  await rpc('localnet_setFault', { kind: 'lie', method: 'getSignatureStatuses', result: { context: { slot: 1 }, value: [null] } });
  assert.equal(await status(signature), null);
  assert.notEqual(await status(signature), null);
  await rpc('localnet_setFault', { kind: 'http429', method: 'getSlot' });
  await assert.rejects(rpc('getSlot'), problem => problem.status === 429);
  await rpc('localnet_setFault', { kind: 'lie', method: 'getHealth', error: { code: -32005, message: 'Node is behind by 42 slots' } });
  await fails(rpc('getHealth'), -32005);
  assert.equal(await rpc('getHealth'), 'ok');
});

test('hide forgets statuses; a late delivery can lose its answer; faults of one method share a draw', async () => {
  const one = await transfer();
  const signature = await one.send();
  await rpc('localnet_setFault', { kind: 'hide' });
  assert.equal(await status(signature), null);
  assert.notEqual(await status(signature), null);
  const two = await transfer();
  await rpc('localnet_setFault', { kind: 'late', slots: 3, spread: true, cut: true });
  await assert.rejects(two.send(), /fetch failed/);
  await rpc('localnet_advance', 3);
  assert.equal(await two.balance(), LAMPORTS_PER_SOL);
  const draws = new Faults(() => 0.3);
  draws.add({ kind: 'drop', probability: 0.2 });
  draws.add({ kind: 'ack_only', probability: 0.15 });
  assert.equal(draws.take('sendTransaction').kind, 'ack_only');
  assert.deepEqual(draws.hits, { ack_only: 1 });
  assert.ok((await rpc('localnet_faultHits')).hide >= 1);
});

test('a blockhash of 150 blocks is accepted, one of 151 is not', async () => {
  for (const [age, lands] of [[150, true], [151, false]]) {
    const one = await transfer({ commitment: 'processed' });
    await rpc('localnet_advance', age);
    assert.equal(await rpc('getBlockHeight', { commitment: 'processed' }) <= one.lastValid, lands);
    await one.send({ skipPreflight: true });
    assert.equal(await one.balance(), lands ? LAMPORTS_PER_SOL : 0);
  }
});

test('status and reads go from processed over confirmed to finalized', async () => {
  const one = await transfer();
  const signature = await one.send();
  const levels = async () => [await one.balance('processed'), await one.balance('confirmed'), await one.balance('finalized')]
    .map(lamports => lamports > 0);
  assert.deepEqual(await levels(), [true, false, false]);
  assert.equal((await status(signature)).confirmationStatus, 'processed');
  await rpc('localnet_advance', 2);
  assert.deepEqual(await levels(), [true, true, false]);
  assert.equal((await status(signature)).confirmationStatus, 'confirmed');
  assert.equal(await rpc('getTransaction', signature, { commitment: 'finalized' }), null);
  await rpc('localnet_advance', 30);
  assert.deepEqual(await levels(), [true, true, true]);
  assert.deepEqual(await status(signature), { ...await status(signature), confirmationStatus: 'finalized', confirmations: null });
  const slot = await rpc('getSlot', { commitment: 'finalized' });
  await fails(rpc('getBalance', payer.publicKey.toBase58(), { commitment: 'finalized', minContextSlot: slot + 1 }), -32016);
});

test('a fork takes transactions back; the same bytes land again where their blockhash is older', async () => {
  const one = await transfer();
  const snapshot = await rpc('localnet_snapshot');
  await rpc('localnet_advance', 1);
  const abandoned = await transfer({ commitment: 'processed' });
  const signature = await one.send();
  assert.equal(await one.balance(), LAMPORTS_PER_SOL);
  const { slot, dropped } = await rpc('localnet_restore', snapshot.id);
  assert.deepEqual(dropped, [signature]);
  assert.ok(slot > snapshot.slot);
  assert.equal(await status(signature), null);
  assert.equal(await one.balance(), 0);
  await fails(abandoned.send({ preflightCommitment: 'processed' }), -32002);
  await one.send();
  assert.equal(await one.balance(), LAMPORTS_PER_SOL);
  await rpc('localnet_advance', 40);
  assert.equal((await status(signature)).confirmationStatus, 'finalized');
});

test('oversize, unsigned and malformed transactions get the codes of a validator', async () => {
  const one = await transfer();
  const wire = Buffer.from(one.wire, 'base64');
  await fails(rpc('sendTransaction', Buffer.alloc(1233, 1).toString('base64'), { encoding: 'base64' }), -32602);
  await fails(rpc('sendTransaction', wire.subarray(0, 100).toString('base64'), { encoding: 'base64' }), -32602);
  const forged = Buffer.from(wire);
  forged[5] ^= 1;
  await fails(rpc('sendTransaction', forged.toString('base64'), { encoding: 'base64' }), -32003);
  await rpc('sendTransaction', forged.toString('base64'), { encoding: 'base64', skipPreflight: true });
  assert.equal(await one.balance(), 0);
  await fails(rpc('noSuchMethod'), -32601);
  await fails(rpc('getBalance', 'not-an-address'), -32602);
  const reply = await fetch(localnet.ready.rpcUrl, { method: 'POST', body: 'x'.repeat(60_000) });
  assert.equal(reply.status, 413);
  const stranger = await fetch(localnet.ready.rpcUrl, { method: 'POST', body: '{' });
  assert.equal((await stranger.json()).error.code, -32700);
});

test('a frozen account cannot receive until it is thawed', async () => {
  const owner = Keypair.generate().publicKey.toBase58();
  const { account } = await rpc('localnet_mintUsdc', owner, 1_000_000);
  await rpc('localnet_setFrozen', account, true);
  await assert.rejects(rpc('localnet_mintUsdc', owner, 1), /Custom.:17/);
  await rpc('localnet_setFrozen', account, false);
  await rpc('localnet_mintUsdc', owner, 1);
  assert.equal((await rpc('getTokenAccountBalance', account, { commitment: 'processed' })).value.amount, '1000001');
});

test('a chain in a directory survives SIGTERM and SIGKILL: same genesis, balances, history and blockhashes', async () => {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'localnet-'));
  const server = fileURLToPath(new URL('../server.mjs', import.meta.url));
  const start = async () => {
    const child = spawn(process.execPath, [server, '--slot-ms', '20', '--data', data, '--ready-file', path.join(data, 'ready.json')]);
    const [line] = await once(child.stdout, 'data');
    return { child, ready: JSON.parse(line.toString()) };
  };
  try {
    const owner = Keypair.generate().publicKey.toBase58();
    let run = await start();
    assert.deepEqual(JSON.parse(fs.readFileSync(path.join(data, 'ready.json'), 'utf8')), run.ready);
    const genesis = run.ready.genesisHash;
    const minted = await call(run.ready.rpcUrl, 'localnet_mintUsdc', [owner, 7_000_000]);
    for (const signal of ['SIGKILL', 'SIGTERM']) {
      const connection = new Connection(run.ready.rpcUrl, 'processed');
      const { blockhash } = await connection.getLatestBlockhash();
      const slot = await connection.getSlot();
      run.child.kill(signal);
      const [code] = await once(run.child, 'exit');
      if (signal === 'SIGTERM') assert.equal(code, 0);
      run = await start();
      const again = new Connection(run.ready.rpcUrl, 'processed');
      assert.equal(run.ready.genesisHash, genesis);
      assert.ok(await again.getSlot() >= slot);
      assert.equal((await again.isBlockhashValid(blockhash)).value, true);
      assert.equal((await again.getTokenAccountBalance(new PublicKey(minted.account))).value.amount, '7000000');
      assert.notEqual((await again.getSignatureStatus(minted.signature, { searchTransactionHistory: true })).value, null);
    }
    run.child.kill('SIGTERM');
    await once(run.child, 'exit');
  } finally {
    fs.rmSync(data, { recursive: true, force: true });
  }
});
