// The unmodified reference client against this server, over HTTP and websocket.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  AddressLookupTableProgram, ComputeBudgetProgram, Connection, Keypair, LAMPORTS_PER_SOL, NONCE_ACCOUNT_LENGTH,
  NonceAccount, PublicKey, SystemProgram, Transaction, TransactionMessage, VersionedTransaction,
  sendAndConfirmTransaction,
} from '@solana/web3.js';
import {
  TOKEN_2022_PROGRAM_ID, TOKEN_PROGRAM_ID, createMint, createTransferCheckedInstruction, getAccount,
  getAssociatedTokenAddressSync, getMint, getOrCreateAssociatedTokenAccount, mintTo, transferChecked,
} from '@solana/spl-token';
import { startLocalnet } from '../src/localnet.mjs';

let localnet;
let connection;
let payer;

before(async () => {
  localnet = await startLocalnet({ slotMs: 15 });
  connection = new Connection(localnet.ready.rpcUrl, { commitment: 'confirmed', wsEndpoint: localnet.ready.wsUrl });
  // The client keeps a blockhash for 30 s, which suits slots of 400 ms; here 150 blocks are gone after 2 s.
  connection._disableBlockhashCaching = true;
  payer = Keypair.generate();
  const signature = await connection.requestAirdrop(payer.publicKey, 100 * LAMPORTS_PER_SOL);
  await confirm(signature, 'confirmed');
});

after(async () => {
  // The client would try to connect again for ever.
  connection._rpcWebSocket.reconnect = false;
  connection._rpcWebSocket.close();
  await localnet.stop();
});

async function confirm(signature, commitment) {
  const latest = await connection.getLatestBlockhash();
  const result = await connection.confirmTransaction({ signature, ...latest }, commitment);
  assert.equal(result.value.err, null);
}

async function rpc(method, ...params) {
  const reply = await fetch(localnet.ready.rpcUrl, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = await reply.json();
  if (error) throw Object.assign(new Error(error.message), { code: error.code, data: error.data });
  return result;
}

for (const [name, program] of [['Token', TOKEN_PROGRAM_ID], ['Token-2022', TOKEN_2022_PROGRAM_ID]]) {
  test(`${name}: mint, associated accounts, mintTo, transferChecked, finalized over the websocket`, async () => {
    const options = { commitment: 'confirmed' };
    const mint = await createMint(connection, payer, payer.publicKey, null, 6, Keypair.generate(), options, program);
    const owner = Keypair.generate();
    const account = owner2 => getOrCreateAssociatedTokenAccount(
      connection, payer, mint, owner2, false, 'confirmed', options, program);
    const [from, to] = [await account(payer.publicKey), await account(owner.publicKey)];
    await mintTo(connection, payer, mint, from.address, payer, 5_000_000n, [], options, program);
    const signature = await transferChecked(
      connection, payer, from.address, mint, to.address, payer, 1_250_000n, 6, [], options, program);
    await confirm(signature, 'finalized');
    assert.equal((await getAccount(connection, to.address, 'finalized', program)).amount, 1_250_000n);
    assert.equal((await getMint(connection, mint, 'finalized', program)).supply, 5_000_000n);
    const balance = await connection.getTokenAccountBalance(to.address, 'finalized');
    assert.equal(balance.value.uiAmountString, '1.25');
    const landed = await connection.getTransaction(signature, { commitment: 'finalized', maxSupportedTransactionVersion: 0 });
    const index = landed.transaction.message.getAccountKeys().staticAccountKeys.findIndex(key => key.equals(to.address));
    const find = list => list.find(entry => entry.accountIndex === index).uiTokenAmount.amount;
    assert.equal(find(landed.meta.preTokenBalances), '0');
    assert.equal(find(landed.meta.postTokenBalances), '1250000');
    const parsed = await connection.getParsedTransaction(signature, { commitment: 'finalized', maxSupportedTransactionVersion: 0 });
    assert.equal(parsed.transaction.message.instructions[0].parsed.type, 'transferChecked');
    const owned = await connection.getParsedTokenAccountsByOwner(owner.publicKey, { mint });
    assert.equal(owned.value[0].account.data.parsed.info.tokenAmount.amount, '1250000');
    const history = await connection.getSignaturesForAddress(to.address, { limit: 10 }, 'finalized');
    assert.equal(history[0].signature, signature);
  });
}

test('the USDC mint stands at its devnet address and the server mints to anyone', async () => {
  const owner = Keypair.generate();
  const { signature, account } = await rpc('localnet_mintUsdc', owner.publicKey.toBase58(), 2_500_000);
  await confirm(signature, 'finalized');
  const mint = new PublicKey(localnet.ready.usdcMint);
  assert.equal(account, getAssociatedTokenAddressSync(mint, owner.publicKey).toBase58());
  assert.equal((await getAccount(connection, new PublicKey(account))).amount, 2_500_000n);
  assert.equal((await getMint(connection, mint)).decimals, 6);
});

test('a version 0 transaction with a lookup table lands', async () => {
  const to = Keypair.generate().publicKey;
  const slot = await connection.getSlot('finalized');
  const [create, table] = AddressLookupTableProgram.createLookupTable({
    authority: payer.publicKey, payer: payer.publicKey, recentSlot: slot,
  });
  const extend = AddressLookupTableProgram.extendLookupTable({
    lookupTable: table, authority: payer.publicKey, payer: payer.publicKey, addresses: [to],
  });
  await sendAndConfirmTransaction(connection, new Transaction().add(create, extend), [payer]);
  await rpc('localnet_advance', 2);
  const { value } = await connection.getAddressLookupTable(table);
  const { blockhash } = await connection.getLatestBlockhash();
  const message = new TransactionMessage({
    payerKey: payer.publicKey, recentBlockhash: blockhash,
    instructions: [SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: to, lamports: LAMPORTS_PER_SOL })],
  }).compileToV0Message([value]);
  assert.equal(message.addressTableLookups.length, 1);
  const transaction = new VersionedTransaction(message);
  transaction.sign([payer]);
  const signature = await connection.sendTransaction(transaction);
  await confirm(signature, 'confirmed');
  assert.equal(await connection.getBalance(to), LAMPORTS_PER_SOL);
  const landed = await connection.getTransaction(signature, { commitment: 'confirmed', maxSupportedTransactionVersion: 0 });
  assert.equal(landed.meta.loadedAddresses.writable[0].toBase58(), to.toBase58());
  await assert.rejects(connection.getTransaction(signature, { commitment: 'confirmed' }), /not supported/);
});

test('a durable nonce outlives the window of blockhashes, works once, and advances in failed transactions', async () => {
  const nonce = Keypair.generate();
  const rent = await connection.getMinimumBalanceForRentExemption(NONCE_ACCOUNT_LENGTH);
  assert.equal(rent, 1_447_680);
  await sendAndConfirmTransaction(connection, SystemProgram.createNonceAccount({
    fromPubkey: payer.publicKey, noncePubkey: nonce.publicKey, authorizedPubkey: payer.publicKey, lamports: rent,
  }), [payer, nonce]);
  const value = async () => NonceAccount.fromAccountData((await connection.getAccountInfo(nonce.publicKey, 'processed')).data).nonce;
  const build = async (lamports, to) => {
    const transaction = new Transaction();
    transaction.add(SystemProgram.nonceAdvance({ noncePubkey: nonce.publicKey, authorizedPubkey: payer.publicKey }));
    transaction.add(SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: to, lamports }));
    transaction.feePayer = payer.publicKey;
    transaction.recentBlockhash = await value();
    transaction.sign(payer);
    return transaction.serialize();
  };
  const first = await value();
  const wire = await build(LAMPORTS_PER_SOL, Keypair.generate().publicKey);
  await rpc('localnet_advance', 200);
  const signature = await connection.sendRawTransaction(wire);
  await rpc('localnet_advance', 40);
  assert.equal((await connection.getSignatureStatus(signature)).value.confirmationStatus, 'finalized');
  const second = await value();
  assert.notEqual(second, first);
  await assert.rejects(connection.sendRawTransaction(wire), /AlreadyProcessed|already/i);

  const failing = await build(10_000 * LAMPORTS_PER_SOL, Keypair.generate().publicKey);
  const failed = await connection.sendRawTransaction(failing, { skipPreflight: true });
  await rpc('localnet_advance', 40);
  const status = (await connection.getSignatureStatus(failed)).value;
  assert.deepEqual(status.err, { InstructionError: [1, { Custom: 1 }] });
  assert.notEqual(await value(), second);
});

test('two transactions on one nonce value: one lands, the other leaves no trace', async () => {
  const nonce = Keypair.generate();
  await sendAndConfirmTransaction(connection, SystemProgram.createNonceAccount({
    fromPubkey: payer.publicKey, noncePubkey: nonce.publicKey, authorizedPubkey: payer.publicKey, lamports: 1_447_680,
  }), [payer, nonce]);
  const value = NonceAccount.fromAccountData((await connection.getAccountInfo(nonce.publicKey)).data).nonce;
  const signatures = [];
  for (const lamports of [LAMPORTS_PER_SOL, 2 * LAMPORTS_PER_SOL]) {
    const transaction = new Transaction().add(
      SystemProgram.nonceAdvance({ noncePubkey: nonce.publicKey, authorizedPubkey: payer.publicKey }),
      SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: Keypair.generate().publicKey, lamports }));
    transaction.feePayer = payer.publicKey;
    transaction.recentBlockhash = value;
    transaction.sign(payer);
    signatures.push(await connection.sendRawTransaction(transaction.serialize(), { skipPreflight: true }));
    await rpc('localnet_advance', 1);
  }
  const { value: statuses } = await connection.getSignatureStatuses(signatures);
  assert.equal(statuses[0].err, null);
  assert.equal(statuses[1], null);
});

test('simulation names the failing instruction, replaces a blockhash and shows accounts', async () => {
  const to = Keypair.generate().publicKey;
  const message = lamports => new TransactionMessage({
    payerKey: payer.publicKey, recentBlockhash: Keypair.generate().publicKey.toBase58(),
    instructions: [
      ComputeBudgetProgram.setComputeUnitLimit({ units: 1000 }),
      SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: to, lamports }),
    ],
  }).compileToV0Message();
  const simulate = (lamports, options) => connection.simulateTransaction(new VersionedTransaction(message(lamports)), options);
  assert.equal((await simulate(LAMPORTS_PER_SOL, {})).value.err, 'BlockhashNotFound');
  const replaced = await simulate(LAMPORTS_PER_SOL, {
    replaceRecentBlockhash: true, accounts: { encoding: 'base64', addresses: [to.toBase58()] },
  });
  assert.equal(replaced.value.err, null);
  assert.equal(replaced.value.accounts[0].lamports, LAMPORTS_PER_SOL);
  const failed = await simulate(1e6 * LAMPORTS_PER_SOL, { replaceRecentBlockhash: true });
  assert.deepEqual(failed.value.err, { InstructionError: [1, { Custom: 1 }] });
});

test('blocks, heights and fees are told as a validator tells them', async () => {
  const to = Keypair.generate().publicKey;
  const transfer = new Transaction().add(
    ComputeBudgetProgram.setComputeUnitLimit({ units: 10_000 }),
    ComputeBudgetProgram.setComputeUnitPrice({ microLamports: 150_000 }),
    SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: to, lamports: LAMPORTS_PER_SOL }));
  const before = await connection.getBalance(payer.publicKey, 'processed');
  const signature = await sendAndConfirmTransaction(connection, transfer, [payer]);
  const landed = await connection.getTransaction(signature, { commitment: 'confirmed', maxSupportedTransactionVersion: 0 });
  assert.equal(landed.meta.fee, 5000 + 1500);
  assert.equal(before - await connection.getBalance(payer.publicKey, 'confirmed'), LAMPORTS_PER_SOL + 6500);
  const block = await connection.getBlock(landed.slot, { commitment: 'confirmed', maxSupportedTransactionVersion: 0 });
  assert.equal(block.transactions.at(-1).transaction.signatures[0], signature);
  const fees = await connection.getRecentPrioritizationFees({ lockedWritableAccounts: [to] });
  assert.equal(fees.find(entry => entry.slot === landed.slot).prioritizationFee, 150_000);
  const [processed, finalized] = [await connection.getBlockHeight('processed'), await connection.getBlockHeight('finalized')];
  assert.ok(processed - finalized >= 31 && processed - finalized <= 40);
  assert.equal(await connection.getGenesisHash(), localnet.ready.genesisHash);
  assert.equal((await connection.getFeeForMessage(new TransactionMessage({
    payerKey: payer.publicKey, recentBlockhash: (await connection.getLatestBlockhash('finalized')).blockhash,
    instructions: transfer.instructions,
  }).compileToV0Message())).value, 6500);
});

test('account changes and slots are pushed', async () => {
  const watched = Keypair.generate().publicKey;
  const changed = new Promise(resolve => connection.onAccountChange(watched, resolve, { commitment: 'confirmed' }));
  const slot = new Promise(resolve => connection.onSlotChange(resolve));
  await slot;
  await connection.requestAirdrop(watched, LAMPORTS_PER_SOL);
  assert.equal((await changed).lamports, LAMPORTS_PER_SOL);
});

test('a transfer with a reference is found by the reference', async () => {
  const reference = Keypair.generate().publicKey;
  const mint = new PublicKey(localnet.ready.usdcMint);
  const to = Keypair.generate();
  await confirm((await rpc('localnet_mintUsdc', payer.publicKey.toBase58(), 3_000_000)).signature, 'confirmed');
  await confirm((await rpc('localnet_mintUsdc', to.publicKey.toBase58(), 1)).signature, 'confirmed');
  const account = owner => getAssociatedTokenAddressSync(mint, owner);
  const instruction = createTransferCheckedInstruction(
    account(payer.publicKey), mint, account(to.publicKey), payer.publicKey, 3_000_000n, 6);
  instruction.keys.push({ pubkey: reference, isSigner: false, isWritable: false });
  const signature = await sendAndConfirmTransaction(connection, new Transaction().add(instruction), [payer]);
  const found = await connection.getSignaturesForAddress(reference, {}, 'confirmed');
  assert.deepEqual(found.map(one => one.signature), [signature]);
});
