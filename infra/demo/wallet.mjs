// A customer's or provider's wallet on the local chain, through the unmodified @solana/web3.js and @solana/spl-token.
import { createRequire } from 'node:module';

const require = createRequire(new URL('../solana-localnet/package.json', import.meta.url));
const { Connection, Keypair, PublicKey, Transaction, sendAndConfirmTransaction } = require('@solana/web3.js');
const {
  createAssociatedTokenAccountIdempotentInstruction, createTransferCheckedInstruction, getAssociatedTokenAddressSync,
} = require('@solana/spl-token');

const microsPerUsdc = 1_000_000n;
const decimals = 6;

export class Wallet {
  #chain;
  #connection;
  #keys;

  // Makes a wallet and asks the local chain to fund it.
  static async make(chain, { lamports = 0n, usdc = 0n }) {
    const wallet = new Wallet();
    wallet.#chain = chain;
    wallet.#connection = new Connection(chain.rpcUrl, { commitment: 'confirmed', wsEndpoint: chain.wsUrl });
    wallet.#keys = Keypair.generate();
    if (lamports > 0n) await wallet.#call('requestAirdrop', [wallet.address, Number(lamports)]);
    if (usdc > 0n) await wallet.#call('localnet_mintUsdc', [wallet.address, Number(usdc)]);
    return wallet;
  }

  get address() { return this.#keys.publicKey.toBase58(); }

  get secretKey() { return this.#keys.secretKey; }

  // USDC at finalized, as a decimal with six places.
  async usdc() {
    const account = this.#account(this.#keys.publicKey);
    const held = await this.#connection.getTokenAccountBalance(account, 'finalized').catch(() => null);
    const micros = BigInt(held?.value.amount ?? 0);
    return `${micros / microsPerUsdc}.${String(micros % microsPerUsdc).padStart(decimals, '0')}`;
  }

  // Waits until the chain calls this balance final.
  async usdcAtLeast(amount, seconds = 60) {
    const until = Date.now() + seconds * 1000;
    while (Date.now() < until) {
      const held = await this.usdc();
      if (Number(held) >= Number(amount)) return held;
      await new Promise((next) => setTimeout(next, 100));
    }
    throw new Error(`${this.address} did not hold ${amount} USDC within ${seconds} s`);
  }

  // Pays a Solana Pay transfer request; returns the signature.
  async payRequest(url) {
    const request = new URL(url);
    const to = new PublicKey(request.pathname);
    const [whole, fraction = ''] = request.searchParams.get('amount').split('.');
    const amount = BigInt(whole) * microsPerUsdc + BigInt(fraction.padEnd(decimals, '0'));
    const transfer = createTransferCheckedInstruction(this.#account(this.#keys.publicKey), this.#mint, this.#account(to),
      this.#keys.publicKey, amount, decimals);
    for (const reference of request.searchParams.getAll('reference')) {
      transfer.keys.push({ pubkey: new PublicKey(reference), isSigner: false, isWritable: false });
    }
    const transaction = new Transaction()
      .add(createAssociatedTokenAccountIdempotentInstruction(this.#keys.publicKey, this.#account(to), to, this.#mint))
      .add(transfer);
    return sendAndConfirmTransaction(this.#connection, transaction, [this.#keys], { commitment: 'confirmed' });
  }

  get #mint() { return new PublicKey(this.#chain.usdcMint); }

  #account(owner) { return getAssociatedTokenAddressSync(this.#mint, owner, true); }

  async #call(method, params) {
    const answer = await fetch(this.#chain.rpcUrl, {
      method: 'POST', headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const { result, error } = await answer.json();
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }
}
