// Plays the story against real processes: a local Solana chain, the host, and an agent, all on loopback.
import { mkdtempSync, readFileSync, writeFileSync, existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve, basename } from 'node:path';
import { randomBytes } from 'node:crypto';
import { Market, sha256 } from './market.mjs';
import { Processes } from './processes.mjs';
import { verifyReceipts } from './receipts.mjs';
import { Wallet } from './wallet.mjs';

const started = Date.now();
const root = resolve(import.meta.dirname, '..', '..');
const options = parse(process.argv.slice(2));
const data = mkdtempSync(join(tmpdir(), 'marketplace-demo-'));
const processes = new Processes(join(data, 'logs'));
let failed = false;

try {
  const result = await story();
  if (options.keep) {
    say(`left running in ${data}; stop with Ctrl+C`);
    console.log(JSON.stringify(result));
    await new Promise((stop) => { process.once('SIGINT', stop); process.once('SIGTERM', stop); });
  }
  await processes.stopAll();
  if (!options.keep) console.log(JSON.stringify(result));
} catch (error) {
  failed = true;
  console.error(`\ndemo: ${error.message}\n${processes.tails()}`);
  await processes.stopAll();
  console.log(JSON.stringify({ ok: false, error: error.message, logs: join(data, 'logs') }));
}

process.exit(failed ? 1 : 0);

async function story() {
  // --- The machines of the story
  head('A local Solana chain');
  const chain = await processes.start('localnet', 'node',
    [join(root, 'infra/solana-localnet/server.mjs'), '--port', '0', '--slot-ms', '50', '--data', join(data, 'chain'),
      '--ready-file', join(data, 'chain.json')], { ready: join(data, 'chain.json'), seconds: 60 });
  say(`RPC ${chain.rpcUrl}, USDC mint ${chain.usdcMint}`);
  const treasury = await Wallet.make(chain, { lamports: 10_000_000_000n });
  const customer = await Wallet.make(chain, { lamports: 1_000_000_000n, usdc: 25_000_000n });
  const payee = await Wallet.make(chain, {});
  const treasuryFile = join(data, 'treasury.json');
  writeFileSync(treasuryFile, JSON.stringify([...treasury.secretKey]), { mode: 0o600 });
  say(`the customer's wallet ${customer.address} holds ${await customer.usdcAtLeast('25.000000')} USDC`);

  head('The host: REST, Swagger and the grains');
  const host = await processes.start('host', 'dotnet', [artifact('Marketplace.Host', 'Marketplace.Host.dll')], {
    ready: join(data, 'host.json'), seconds: 90,
    env: hostEnvironment(chain, treasuryFile),
  });
  const admin = await Market.connect(host.url, await processes.printed('host', /mk_(?:live|test)_[0-9a-z]+/));
  say(`${host.url}/swagger`);

  // --- People
  head('A renter and a provider');
  const renter = await admin.newAccount('Aurora Labs', ['renter']);
  const provider = await admin.newAccount('Basement Rigs', ['renter', 'provider']);
  const owner = await provider.post('/v1/provider', { name: 'Basement Rigs' });
  await provider.put('/v1/provider/wallet', { address: payee.address });
  say(`provider ${owner.id} is paid at ${payee.address}`);

  head('Deposit: USDC through Solana Pay');
  const deposit = await renter.post('/v1/deposits', { amount: '20.000000' });
  say(deposit.url);
  const paid = await customer.payRequest(deposit.url);
  say(`paid in ${paid}; waiting until the chain calls it final`);
  await renter.until(`/v1/deposits/${deposit.id}`, (view) => view.received === '20.000000', 120);
  say(`balance ${(await renter.get('/v1/balance')).available} USDC`);

  head('The agent enrols its device and starts');
  const code = await provider.post('/v1/provider/enrolment-codes', {});
  const agentDll = artifact('Marketplace.Agent', 'marketplace-agent.dll');
  const rig = join(data, 'rig');
  await processes.run('enrol', 'dotnet', [agentDll, 'enrol', '--url', host.url, '--code', code.code, '--device', 'host',
    '--region', 'local', '--data', rig]);
  processes.start('agent', 'dotnet', [agentDll, 'run', '--url', host.url, '--data', rig, '--device', 'host'], {});
  const listed = await provider.until('/v1/provider/devices', (page) => page.data.length > 0, 60);
  const path = `/v1/provider/devices/${listed.data[0].id}`;
  await provider.put(`${path}/ask`, { promptTokens: '2.000000', outputTokens: '10.000000', megasample: '0.050000' });
  const device = await provider.until(path, (view) => view.connected, 60);
  say(`${device.id}: ${device.name}, ${device.deviceClass}`);

  // --- Work
  const receipts = [];
  const text = await generate(admin, renter, receipts);
  const image = await render(renter, receipts);

  // --- Money out
  head('Receipts and books');
  for (const id of receipts) {
    const receipt = await renter.get(`/v1/receipts/${id}`);
    say(`${id}: ${receipt.work} charged ${receipt.charge} USDC, computed again by the platform: ${receipt.verdict}`);
    if (receipt.kind === 'text' && receipt.verdict !== 'passed') throw new Error(`${id}: the first text of a new device is checked, this is ${receipt.verdict}`);
  }
  say(`renter's balance ${(await renter.get('/v1/balance')).available} USDC`);
  const receiptVerified = await verifyReceipts({
    renter, ids: receipts, folder: data, cli: artifact('Marketplace.Cli', 'marketplace.dll'), rpcUrl: chain.rpcUrl,
    processes, say,
  });

  head('Payout to the provider, on chain');
  const earnings = await provider.get('/v1/provider/earnings');
  say(`payable ${earnings.payable} USDC`);
  const payout = await provider.post('/v1/provider/payouts', { amount: earnings.payable });
  const posted = await provider.until(`/v1/provider/payouts/${payout.id}`, (view) => view.state === 'posted', 180);
  const onChainUsdc = await payee.usdc();
  say(`${posted.signature}\n  the provider's wallet now holds ${onChainUsdc} USDC`);

  const trial = await admin.get('/v1/admin/trial-balance');
  const booksBalanced = trial.balanced && balanced(trial.lines);
  head('Trial balance');
  for (const line of trial.lines) say(`${line.account.padEnd(60)} ${String(line.balance).padStart(16)} ${line.asset}`);
  if (!booksBalanced) throw new Error('the books do not balance');
  if (onChainUsdc !== earnings.payable) throw new Error(`paid ${onChainUsdc} on chain, expected ${earnings.payable}`);

  if (options.keep) {
    head('Keys');
    say(`admin ${admin.key}\n  renter ${renter.key}\n  provider ${provider.key}`);
  }

  return {
    ok: true, text, image, payoutSignature: posted.signature, onChainUsdc, booksBalanced, receiptVerified,
    seconds: Math.round((Date.now() - started) / 100) / 10,
  };
}

async function generate(admin, renter, receipts) {
  head(`Text: ${basename(options.model)}`);
  const bytes = readFileSync(options.model);
  const hash = sha256(bytes);
  const name = basename(options.model, '.gguf').toLowerCase();
  await admin.upload(hash, bytes);
  await admin.post('/v1/models', { name, sha256: hash });
  const job = await renter.post('/v1/jobs', { model: name, prompt: 'Once upon a time', maxTokens: 120, temperature: 0, seed: 1 },
    { 'Idempotency-Key': randomBytes(8).toString('hex') });
  process.stdout.write('  ');
  const text = await renter.tokens(job.id, (token) => process.stdout.write(token));
  process.stdout.write('\n');
  const done = await renter.until(`/v1/jobs/${job.id}`, (view) => view.state === 'succeeded', 120);
  receipts.push(done.receipt);
  say(`${done.outputTokens} tokens, charged ${done.charged} USDC`);
  return text;
}

async function render(renter, receipts) {
  const scene = options.scene ?? await ownScene();
  head(`Render: ${basename(scene)}`);
  const bytes = readFileSync(scene);
  const hash = sha256(bytes);
  await renter.upload(hash, bytes);
  const root = basename(scene);
  const view = await renter.post('/v1/scenes', { root, files: [{ path: root, sha256: hash }] });
  say(`${view.triangles} triangles`);
  const order = await renter.post('/v1/renders', { scene: view.id, width: 512, height: 288, samples: 32, frames: '1', seed: 7 },
    { 'Idempotency-Key': randomBytes(8).toString('hex') });
  let shown = -1;
  const done = await renter.until(`/v1/renders/${order.id}`, (render) => {
    if (render.unitsDone !== shown) say(`${render.unitsDone} of ${render.units} units`);
    shown = render.unitsDone;
    return render.state === 'succeeded';
  }, 300);
  receipts.push(...done.receipts);
  const file = join(data, 'picture.png');
  writeFileSync(file, await renter.download(`/v1/renders/${order.id}/frames/1/image`));
  say(`${file}, charged ${done.charged} USDC`);
  return file;
}

async function ownScene() {
  const file = join(data, 'demo-scene.glb');
  await processes.run('scene', 'dotnet', [artifact('Marketplace.Agent', 'marketplace-agent.dll'), 'demo-scene', '--out', file]);
  return file;
}

function hostEnvironment(chain, treasuryFile) {
  return {
    Host__Url: 'http://127.0.0.1:0',
    Host__ReadyFile: join(data, 'host.json'),
    Storage__DataDirectory: join(data, 'host'),
    Solana__RpcUrl: chain.rpcUrl,
    Solana__GenesisHash: chain.genesisHash,
    Solana__UsdcMint: chain.usdcMint,
    Solana__TreasuryKeyFile: treasuryFile,
    Ledger__Holdback: '00:00:00',
    Receipts__EpochEvery: '00:00:01',
    Receipts__SweepEvery: '00:00:00.500',
    Payouts__WalletChangeLock: '00:00:00',
    Payouts__MinimumUsdc: '0.000001',
  };
}

function balanced(accounts) {
  const sums = new Map();
  for (const line of accounts) sums.set(line.asset, (sums.get(line.asset) ?? 0n) + BigInt(line.balance));
  return accounts.length > 0 && [...sums.values()].every((sum) => sum === 0n);
}

function artifact(project, file) {
  const path = join(root, 'artifacts', 'bin', project, 'release', file);
  if (!existsSync(path)) throw new Error(`${path} is missing: build it first (bash infra/demo.sh does)`);
  return path;
}

function parse(args) {
  const found = { keep: false, model: join(root, 'infra/demo-model/fireside.gguf') };
  for (let at = 0; at < args.length; at++) {
    if (args[at] === '--keep') found.keep = true;
    else if (args[at] === '--model') found.model = resolve(args[++at]);
    else if (args[at] === '--scene') found.scene = resolve(args[++at]);
    else throw new Error(`unknown option ${args[at]}; known: --keep, --model FILE, --scene FILE`);
  }
  return found;
}

function head(text) { console.log(`\n▸ ${text}`); }

function say(text) { console.log(`  ${text}`); }
