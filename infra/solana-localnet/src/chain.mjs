// The chain: slots, blockhashes, commitment, history and forks around a virtual machine that has none of them.
import crypto from 'node:crypto';
import {
  ATA, COMPUTE_BUDGET, MEMOS, SYSTEM, TOKEN, TOKEN_2022, associatedTokenAddress, buildTransaction,
  decode58, decodeTransaction, encode58, isWritable, keypairFromSeed, sha256, u32, u64,
} from './codec.mjs';
import { errorJson, loadVm } from './vm.mjs';

export const USDC_MINT = '4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU';
export const PACKET_BYTES_MAX = 1232;
const BLOCKHASH_AGE_MAX = 150;
const CONFIRMED_DEPTH = 2;
const FINALIZED_DEPTH = 32;
const SLOT_HASHES_MAX = 512;
const SNAPSHOTS_MAX = 16;
const BLOCKS_MAX = 200_000;
const LAMPORTS_PER_SIGNATURE = 5000n;
const EPOCH_SLOTS = 432000n;

export class Chain {
  constructor({ clock = Date.now } = {}) {
    this.vmApi = loadVm();
    this.clock = clock;
    this.vm = new this.vmApi.LiteSvm();
    // Duplicates are refused by our own status map, which does not forget: the machine's own history is bounded.
    this.vm.setTransactionHistory(0n);
    this.versions = new Map();
    this.programs = new Map();
    this.touched = new Set();
    this.blocks = [];
    this.blockBySlot = new Map();
    this.heightOfHash = new Map();
    this.transactions = new Map();
    this.byAddress = new Map();
    this.snapshots = new Map();
    this.listeners = new Set();
    this.sequence = 0;
    this.store = null;
  }

  /** A new chain: random genesis, a funded faucet, and a USDC mint whose authority the server holds. */
  static create(options) {
    const chain = new Chain(options);
    chain.identity = {
      genesisHash: encode58(crypto.randomBytes(32)),
      faucetSeed: crypto.randomBytes(32).toString('hex'),
      mintAuthoritySeed: crypto.randomBytes(32).toString('hex'),
    };
    chain.useKeys();
    chain.pushBlock();
    chain.setAccount(chain.faucet.address, { lamports: 500_000_000_000_000_000n, data: new Uint8Array(), owner: SYSTEM });
    chain.setAccount(USDC_MINT, {
      lamports: chain.rent(82), data: mintData(decode58(chain.mintAuthority.address, 32)), owner: TOKEN,
    });
    for (let index = 0; index < FINALIZED_DEPTH + 1; index++) chain.pushBlock();
    return chain;
  }

  useKeys() {
    this.faucet = keypairFromSeed(Buffer.from(this.identity.faucetSeed, 'hex'));
    this.mintAuthority = keypairFromSeed(Buffer.from(this.identity.mintAuthoritySeed, 'hex'));
  }

  get tip() {
    return this.blocks[this.blocks.length - 1];
  }

  get slot() {
    return this.tip.slot;
  }

  slotAt(commitment) {
    const depth = commitment === 'processed' ? 0 : commitment === 'confirmed' ? CONFIRMED_DEPTH : FINALIZED_DEPTH;
    return Math.max(0, this.slot - depth);
  }

  /** The newest block at or before a slot. */
  blockAt(slot) {
    let low = 0;
    let high = this.blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.blocks[middle].slot <= slot) low = middle; else high = middle - 1;
    }
    return this.blocks[low];
  }

  rent(length) {
    return this.vm.minimumBalanceForRentExemption(BigInt(length));
  }

  advance(count = 1) {
    for (let index = 0; index < count; index++) this.pushBlock();
  }

  pushBlock() {
    const last = this.tip;
    const slot = last ? Math.max(last.slot, this.slotFloor ?? 0) + 1 : 0;
    this.addBlock({
      slot, height: last ? last.height + 1 : 0, hash: encode58(crypto.randomBytes(32)), parent: last ? last.slot : 0,
      time: Math.floor(this.clock() / 1000), transactions: [],
    });
    this.store?.block(this.tip);
    this.prune();
    for (const listener of this.listeners) listener.slot?.(this.tip);
  }

  addBlock(block) {
    this.blocks.push(block);
    this.blockBySlot.set(block.slot, block);
    this.heightOfHash.set(block.hash, block.height);
    this.syncSysvars();
  }

  syncSysvars() {
    const { Clock } = this.vmApi;
    const epoch = BigInt(this.slot) / EPOCH_SLOTS;
    this.vm.setClock(new Clock(BigInt(this.slot), 0n, epoch, epoch + 1n, BigInt(this.tip.time)));
    const hashes = this.blocks.slice(-SLOT_HASHES_MAX, -1).map(block => ({ slot: BigInt(block.slot), hash: block.hash }));
    this.vm.setSlotHashes(hashes.reverse());
  }

  prune() {
    const finalized = this.slotAt('finalized');
    for (const address of this.touched) {
      const list = this.versions.get(address);
      let keep = 0;
      while (keep + 1 < list.length && list[keep + 1].slot <= finalized) keep++;
      list.splice(0, keep);
      if (list.length === 1) this.touched.delete(address);
    }
    const gone = this.blocks[this.blocks.length - BLOCKHASH_AGE_MAX - 2];
    if (gone) this.heightOfHash.delete(gone.hash);
    if (this.blocks.length > BLOCKS_MAX) {
      for (const block of this.blocks.splice(0, BLOCKS_MAX / 2)) this.blockBySlot.delete(block.slot);
      this.snapshots.clear();
    }
  }

  /** Still accepted: 150 blocks old is, 151 is not. At a commitment, the block must have reached it. */
  isBlockhashValid(hash, commitment = 'processed') {
    const height = this.heightOfHash.get(hash);
    if (height === undefined) return false;
    const known = this.blockAt(this.slotAt(commitment)).height;
    return height <= known && this.tip.height <= height + BLOCKHASH_AGE_MAX;
  }

  lastValidHeight(block) {
    return block.height + BLOCKHASH_AGE_MAX;
  }

  // Accounts

  readVm(address) {
    const account = this.vm.getAccount(decode58(address, 32));
    if (!account || account.lamports() === 0n) return null;
    return {
      lamports: account.lamports(), data: account.data(), owner: encode58(account.owner()),
      executable: account.executable(), rentEpoch: account.rentEpoch(),
    };
  }

  /**
   * The account as it stands, not to be written to. The machine copies all bytes of what it is asked for, programs of
   * 100 kB too: what a transaction or we wrote is known, and programs never change.
   */
  current(address) {
    const list = this.versions.get(address);
    if (list) return list[list.length - 1].account;
    const program = this.programs.get(address);
    if (program) return program;
    const account = this.readVm(address);
    if (account?.executable) this.programs.set(address, account);
    return account;
  }

  writeVm(address, account) {
    const { Account } = this.vmApi;
    const { lamports = 0n, data = new Uint8Array(), owner = SYSTEM, executable = false, rentEpoch = 2n ** 64n - 1n } = account ?? {};
    this.vm.setAccount(decode58(address, 32), new Account(lamports, data, decode58(owner, 32), executable, rentEpoch));
  }

  /** The account as the chain knew it at a commitment. Programs and sysvars have one version only. */
  getAccount(address, commitment = 'processed') {
    const list = this.versions.get(address);
    if (!list) return this.current(address);
    const slot = this.slotAt(commitment);
    for (let index = list.length - 1; index >= 0; index--) if (list[index].slot <= slot) return list[index].account;
    return null;
  }

  programAccounts(program, commitment) {
    return this.vm.getProgramAccounts(decode58(program, 32))
      .map(entry => encode58(entry.address))
      .map(address => ({ address, account: this.getAccount(address, commitment) }))
      .filter(entry => entry.account && entry.account.owner === program);
  }

  remember(address, account) {
    let list = this.versions.get(address);
    if (!list) this.versions.set(address, list = [{ slot: -1, account: null }]);
    if (list[list.length - 1].slot === this.slot) list[list.length - 1].account = account;
    else list.push({ slot: this.slot, account });
    this.touched.add(address);
  }

  /** Writes an account from outside any transaction. */
  setAccount(address, account) {
    this.writeVm(address, account);
    this.remember(address, this.readVm(address));
    this.store?.accounts([[address, this.readVm(address)]], this.slot);
  }

  // Transactions

  loadedAddresses(message) {
    const loaded = { writable: [], readonly: [] };
    for (const lookup of message.lookups) {
      const table = this.current(lookup.table);
      if (!table || table.data.length < 56) return loaded;
      const key = index => encode58(table.data.subarray(56 + 32 * index, 88 + 32 * index));
      const count = (table.data.length - 56) / 32;
      loaded.writable.push(...lookup.writable.filter(index => index < count).map(key));
      loaded.readonly.push(...lookup.readonly.filter(index => index < count).map(key));
    }
    return loaded;
  }

  fee(message) {
    let limit = null;
    let price = 0n;
    let counted = 0n;
    for (const { programIdIndex, data } of message.instructions) {
      if (message.keys[programIdIndex] !== COMPUTE_BUDGET) counted++;
      else if (data[0] === 2 && data.length === 5) limit = BigInt(Buffer.from(data).readUInt32LE(1));
      else if (data[0] === 3 && data.length === 9) price = Buffer.from(data).readBigUInt64LE(1);
    }
    limit ??= counted * 200_000n;
    if (limit > 1_400_000n) limit = 1_400_000n;
    const priority = (price * limit + 999_999n) / 1_000_000n;
    return { fee: LAMPORTS_PER_SIGNATURE * BigInt(message.header.numRequiredSignatures) + priority, price };
  }

  /** The durable nonce a message uses: its first instruction advances it. */
  nonceOf(message) {
    const first = message.instructions[0];
    if (!first || message.keys[first.programIdIndex] !== SYSTEM || first.accounts.length < 1) return null;
    const data = Buffer.from(first.data);
    return data.length === 4 && data.readUInt32LE(0) === 4 ? message.keys[first.accounts[0]] ?? null : null;
  }

  currentNonceValue() {
    return sha256('DURABLE_NONCE', decode58(this.tip.hash, 32));
  }

  /** Sets how the machine treats the message's hash; false where the chain has to refuse it. */
  admit(message, commitment) {
    if (this.isBlockhashValid(message.blockhash, commitment)) {
      this.vm.setBlockhashCheck(false);
      return true;
    }
    this.vm.setBlockhashCheck(true);
    // A value made in this very block is too young; and the machine's own hash is none of ours.
    return this.nonceOf(message) !== null && message.blockhash !== this.vm.latestBlockhash()
      && message.blockhash !== encode58(this.currentNonceValue());
  }

  /** Signatures are the caller's to check: the machine is not asked for them again. */
  simulate(wire, { refuseKnown, replace, commitment, decoded = decodeTransaction(wire) }) {
    const { message, id } = decoded;
    if (refuseKnown && this.transactions.has(id)) return { err: 'AlreadyProcessed', logs: [], units: 0n };
    if (replace) this.vm.setBlockhashCheck(false);
    else if (!this.admit(message, commitment)) return { err: 'BlockhashNotFound', logs: [], units: 0n };
    this.vm.setSigverify(false);
    try {
      const result = this.vm.simulateVersionedTransaction(wire);
      const failed = typeof result.err === 'function';
      const meta = result.meta();
      return {
        err: failed ? errorJson(result.err()) : null, logs: meta.logs(), units: meta.computeUnitsConsumed(),
        returnData: returnJson(meta.returnData()), inner: innerJson(meta.innerInstructions()),
        accounts: () => (failed ? [] : result.postAccounts().map(entry => [encode58(entry.address), entry.account()])),
      };
    } finally {
      this.vm.setSigverify(true);
    }
  }

  /** Runs a transaction in the current slot. Recorded when it paid its fee; otherwise dropped without a trace. */
  execute(wire, decoded = decodeTransaction(wire)) {
    const { message, id } = decoded;
    if (this.transactions.has(id)) return { id, err: 'AlreadyProcessed', dropped: true };
    if (!this.admit(message, 'processed')) return { id, err: 'BlockhashNotFound', dropped: true };
    const loaded = this.loadedAddresses(message);
    const keys = [...message.keys, ...loaded.writable, ...loaded.readonly];
    const isWritten = keys.map((_, index) => isWritable(message, index, loaded.writable.length));
    const before = keys.map(key => this.current(key));
    const result = this.vm.sendVersionedTransaction(wire);
    const failed = typeof result.err === 'function';
    const payer = this.readVm(keys[0])?.lamports ?? 0n;
    const err = failed ? errorJson(result.err()) : null;
    if (failed && payer === (before[0]?.lamports ?? 0n)) return { id, err, dropped: true };
    this.patchNonces(message, failed);
    // The machine lets a transaction change nothing that it does not name as writable.
    const after = keys.map((key, index) => (isWritten[index] ? this.readVm(key) : before[index]));
    const meta = failed ? result.meta() : result;
    const { fee, price } = this.fee(message);
    const record = {
      id, slot: this.slot, time: this.tip.time, index: this.tip.transactions.length, wire: Buffer.from(wire).toString('base64'),
      err, fee, price, version: message.version, keys: message.keys, loaded, units: meta.computeUnitsConsumed(),
      logs: meta.logs(), inner: innerJson(meta.innerInstructions()), returnData: returnJson(meta.returnData()),
      pre: before.map(account => account?.lamports ?? 0n), post: after.map(account => account?.lamports ?? 0n),
      preTokens: this.tokenBalances(keys, before), postTokens: this.tokenBalances(keys, after),
      writable: keys.filter((_, index) => isWritten[index]), memo: memoOf(message),
    };
    const changed = keys.map((key, index) => [key, after[index]]).filter((_, index) => isWritten[index]);
    for (const [key, account] of changed) this.remember(key, account);
    this.record(record);
    this.store?.transaction(record, changed);
    for (const listener of this.listeners) listener.transaction?.(record, changed);
    return { id, err, dropped: false };
  }

  /**
   * A validator sets a used nonce from the bank's hash, in failed transactions too. The machine derives it from the old
   * value and leaves it where the transaction failed.
   */
  patchNonces(message, failed) {
    const nonces = new Set();
    if (failed) {
      const nonce = this.nonceOf(message);
      if (nonce && !this.isBlockhashValid(message.blockhash)) nonces.add(nonce);
    } else {
      for (const { programIdIndex, accounts, data } of message.instructions) {
        const kind = data.length >= 4 ? Buffer.from(data).readUInt32LE(0) : -1;
        if (message.keys[programIdIndex] === SYSTEM && (kind === 4 || kind === 6)) nonces.add(message.keys[accounts[0]]);
      }
    }
    for (const nonce of nonces) {
      const account = this.readVm(nonce);
      if (account?.data.length !== 80) continue;
      const data = Buffer.from(account.data);
      data.set(this.currentNonceValue(), 40);
      data.writeBigUInt64LE(LAMPORTS_PER_SIGNATURE, 72);
      this.writeVm(nonce, { ...account, data });
    }
  }

  record(record) {
    this.transactions.set(record.id, record);
    record.sequence = ++this.sequence;
    this.blockBySlot.get(record.slot)?.transactions.push(record.id);
    for (const key of new Set([...record.keys, ...record.loaded.writable, ...record.loaded.readonly])) {
      let list = this.byAddress.get(key);
      if (!list) this.byAddress.set(key, list = []);
      list.push(record);
    }
  }

  tokenBalances(keys, accounts) {
    const balances = [];
    accounts.forEach((account, accountIndex) => {
      const token = tokenAccount(account);
      if (!token) return;
      const decimals = this.current(token.mint)?.data[44] ?? 0;
      balances.push({
        accountIndex, mint: token.mint, owner: token.owner, programId: account.owner,
        uiTokenAmount: uiAmount(token.amount, decimals),
      });
    });
    return balances;
  }

  airdrop(address, lamports) {
    const data = Buffer.concat([u32(2), u64(lamports)]);
    const note = { program: [...MEMOS][0], accounts: [], data: Buffer.from(crypto.randomUUID()) };
    const move = { program: SYSTEM, accounts: [[this.faucet.address, true], [address, true]], data };
    return this.mustExecute(buildTransaction(this.faucet, this.tip.hash, [move, note]));
  }

  /** Mints to the owner's associated account, which is made where it is missing. */
  mintUsdc(owner, amount) {
    const account = associatedTokenAddress(owner, USDC_MINT);
    const authority = this.mintAuthority.address;
    if (!this.readVm(authority)) this.airdrop(authority, 1_000_000_000_000n);
    const open = {
      program: ATA, data: Uint8Array.of(1),
      accounts: [[authority, true], [account, true], [owner, false], [USDC_MINT, false], [SYSTEM, false], [TOKEN, false]],
    };
    const mint = {
      program: TOKEN, accounts: [[USDC_MINT, true], [account, true], [authority, false]],
      data: Buffer.concat([Uint8Array.of(7), u64(amount)]),
    };
    const note = { program: [...MEMOS][0], accounts: [], data: Buffer.from(crypto.randomUUID()) };
    return { signature: this.mustExecute(buildTransaction(this.mintAuthority, this.tip.hash, [open, mint, note])), account };
  }

  setFrozen(account, frozen) {
    const data = Uint8Array.of(frozen ? 10 : 11);
    const accounts = [[account, true], [USDC_MINT, false], [this.mintAuthority.address, false]];
    const note = { program: [...MEMOS][0], accounts: [], data: Buffer.from(crypto.randomUUID()) };
    return this.mustExecute(buildTransaction(this.mintAuthority, this.tip.hash, [{ program: TOKEN, accounts, data }, note]));
  }

  mustExecute(wire) {
    const result = this.execute(wire);
    if (result.err) throw new Error(`the server's own transaction failed: ${JSON.stringify(result.err)}`);
    return result.id;
  }

  // Forks

  snapshot() {
    if (this.snapshots.size >= SNAPSHOTS_MAX) this.snapshots.delete(this.snapshots.keys().next().value);
    const id = crypto.randomUUID();
    const versions = new Map([...this.versions].map(([address, list]) => [address, list.map(entry => ({ ...entry }))]));
    this.snapshots.set(id, { blocks: this.blocks.length, sequence: this.sequence, versions, slot: this.slot });
    return { id, slot: this.slot };
  }

  /**
   * Goes back to a snapshot as a fork does: what came later never happened, but slots go on counting. With rewind the
   * slot goes back too, which no healthy chain does.
   */
  restore(id, rewind = false) {
    const snapshot = this.snapshots.get(id);
    if (!snapshot) throw new Error(`no snapshot ${id}`);
    const slotNow = this.slot;
    for (const address of this.versions.keys()) {
      const list = snapshot.versions.get(address);
      this.writeVm(address, list ? list[list.length - 1].account : null);
    }
    this.versions = new Map([...snapshot.versions].map(([address, list]) => [address, list.map(entry => ({ ...entry }))]));
    this.touched = new Set(this.versions.keys());
    const dropped = [...this.transactions.values()].filter(record => record.sequence > snapshot.sequence);
    for (const record of dropped) this.transactions.delete(record.id);
    for (const [key, list] of this.byAddress) {
      this.byAddress.set(key, list.filter(record => record.sequence <= snapshot.sequence));
    }
    for (const block of this.blocks.splice(snapshot.blocks)) {
      this.blockBySlot.delete(block.slot);
      this.heightOfHash.delete(block.hash);
    }
    for (const block of this.blocks.slice(-BLOCKHASH_AGE_MAX - 2)) this.heightOfHash.set(block.hash, block.height);
    this.tip.transactions = this.tip.transactions.filter(signature => this.transactions.has(signature));
    this.slotFloor = rewind ? 0 : slotNow;
    this.pushBlock();
    this.slotFloor = undefined;
    this.store?.rewrite(this);
    return { slot: this.slot, dropped: dropped.map(record => record.id) };
  }
}

function mintData(authority) {
  const data = Buffer.alloc(82);
  data.writeUInt32LE(1, 0);
  data.set(authority, 4);
  data[44] = 6;
  data[45] = 1;
  data.writeUInt32LE(1, 46);
  data.set(authority, 50);
  return data;
}

export function tokenAccount(account) {
  if (!account || (account.owner !== TOKEN && account.owner !== TOKEN_2022)) return null;
  const { data } = account;
  if (data.length < 165 || (data.length > 165 && data[165] !== 2) || data[108] === 0) return null;
  const bytes = Buffer.from(data);
  return {
    mint: encode58(bytes.subarray(0, 32)), owner: encode58(bytes.subarray(32, 64)), amount: bytes.readBigUInt64LE(64),
    state: ['uninitialized', 'initialized', 'frozen'][bytes[108]], isNative: bytes.readUInt32LE(109) === 1,
  };
}

export function uiAmount(amount, decimals) {
  const digits = amount.toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const part = digits.slice(digits.length - decimals).replace(/0+$/, '');
  const uiAmountString = part && decimals ? `${whole}.${part}` : whole;
  return { amount: amount.toString(), decimals, uiAmount: Number(uiAmountString), uiAmountString };
}

function memoOf(message) {
  const memos = message.instructions.filter(one => MEMOS.has(message.keys[one.programIdIndex]))
    .map(one => `[${one.data.length}] ${Buffer.from(one.data).toString('utf8')}`);
  return memos.length ? memos.join('; ') : null;
}

function innerJson(groups) {
  return groups.map((list, index) => ({
    index,
    instructions: list.map(inner => ({
      programIdIndex: inner.instruction().programIdIndex(), accounts: [...inner.instruction().accounts()],
      data: encode58(inner.instruction().data()), stackHeight: inner.stackHeight(),
    })),
  })).filter(group => group.instructions.length > 0);
}

function returnJson(returned) {
  const data = returned.data();
  return data.length === 0 ? null
    : { programId: encode58(returned.programId()), data: [Buffer.from(data).toString('base64'), 'base64'] };
}
