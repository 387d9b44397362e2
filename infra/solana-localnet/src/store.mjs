// Persistence: one append-only log of genesis, blocks, transactions and accounts. A kill loses nothing that was answered.
import fs from 'node:fs';
import path from 'node:path';
import { Chain } from './chain.mjs';

const LOG = 'chain.jsonl';
const REWRITE_AFTER_BYTES = 256 * 1024 * 1024;
const BLOCKS_KEPT = 600;

const toJson = value => JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? { $n: one.toString() } : one));
const fromJson = text => JSON.parse(text, (_, one) => (one && typeof one === 'object' && '$n' in one ? BigInt(one.$n) : one));
const pack = account => account && { ...account, data: Buffer.from(account.data).toString('base64') };
const unpack = account => account && { ...account, data: new Uint8Array(Buffer.from(account.data, 'base64')) };

export class Store {
  constructor(directory) {
    fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.file = path.join(directory, LOG);
  }

  /** Opens the chain in the directory, or makes a new one there. */
  open(options) {
    const chain = fs.existsSync(this.file) ? this.load(options) : Chain.create(options);
    chain.store = this;
    this.rewrite(chain);
    return chain;
  }

  load(options) {
    const chain = new Chain(options);
    const lines = fs.readFileSync(this.file, 'utf8').split('\n');
    // The last line may be torn by a kill; everything before it is whole.
    lines.pop();
    for (const line of lines) this.apply(chain, fromJson(line));
    if (!chain.identity) throw new Error(`${this.file} has no genesis line; delete it to start a new chain`);
    for (const [address, list] of chain.versions) chain.writeVm(address, list[list.length - 1].account);
    chain.syncSysvars();
    return chain;
  }

  apply(chain, entry) {
    if (entry.genesis) {
      chain.identity = entry.genesis;
      chain.useKeys();
    } else if (entry.block) {
      chain.blocks.push({ ...entry.block, transactions: [] });
      chain.blockBySlot.set(entry.block.slot, chain.tip);
      chain.heightOfHash.set(entry.block.hash, entry.block.height);
      chain.prune();
    } else {
      if (entry.transaction) chain.record(entry.transaction);
      for (const [address, account, slot] of entry.accounts ?? []) {
        let list = chain.versions.get(address);
        if (!list) chain.versions.set(address, list = [{ slot: -1, account: null }]);
        list.push({ slot: slot ?? entry.slot, account: unpack(account) });
        chain.touched.add(address);
      }
    }
  }

  block(block) {
    this.append({ block: { ...block, transactions: undefined } });
  }

  transaction(record, changed) {
    this.append({ transaction: record, slot: record.slot, accounts: changed.map(([key, account]) => [key, pack(account)]) });
  }

  accounts(changed, slot) {
    this.append({ slot, accounts: changed.map(([key, account]) => [key, pack(account)]) });
  }

  append(entry) {
    const line = `${toJson(entry)}\n`;
    fs.writeSync(this.handle, line);
    this.bytes += line.length;
    if (this.bytes > REWRITE_AFTER_BYTES && entry.block) this.rewrite(this.chain);
  }

  /** Writes the log anew: what is still needed, in a new file that replaces the old one at once. */
  rewrite(chain) {
    this.chain = chain;
    const next = `${this.file}.new`;
    const handle = fs.openSync(next, 'w', 0o600);
    const write = entry => fs.writeSync(handle, `${toJson(entry)}\n`);
    write({ genesis: chain.identity });
    const blocks = chain.blocks.filter((block, index) =>
      index >= chain.blocks.length - BLOCKS_KEPT || block.transactions.length > 0);
    for (const block of blocks) write({ block: { ...block, transactions: undefined } });
    for (const record of chain.transactions.values()) write({ transaction: record });
    for (const [address, list] of chain.versions) {
      write({ accounts: list.map(({ slot, account }) => [address, pack(account), slot]) });
    }
    fs.fsyncSync(handle);
    fs.renameSync(next, this.file);
    if (this.handle !== undefined) fs.closeSync(this.handle);
    this.handle = handle;
    this.bytes = fs.fstatSync(handle).size;
  }

  close() {
    if (this.handle === undefined) return;
    fs.fsyncSync(this.handle);
    fs.closeSync(this.handle);
    this.handle = undefined;
  }
}
