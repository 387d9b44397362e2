// Base58, compact lengths, transactions and keys: the few bytes the server has to understand itself.
import crypto from 'node:crypto';

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const values = new Map([...alphabet].map((letter, index) => [letter, index]));

export const SYSTEM = '11111111111111111111111111111111';
export const TOKEN = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA';
export const TOKEN_2022 = 'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb';
export const ATA = 'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL';
export const COMPUTE_BUDGET = 'ComputeBudget111111111111111111111111111111';
export const MEMOS = new Set([
  'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr',
  'Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo',
]);

const TEXTS_KEPT_MAX = 65_536;
const KEYS_KEPT_MAX = 4_096;
const texts = new Map();
const bytesOf = new Map();
const publicKeys = new Map();

/** Keeps a value; when there are too many, all are forgotten at once. */
function keep(map, max, key, value) {
  if (map.size >= max) map.clear();
  map.set(key, value);
  return value;
}

/** Base58 is quadratic and the same few addresses come again and again: those of 32 bytes are remembered. */
export function encode58(bytes) {
  if (bytes.length !== 32) return digits58(bytes);
  const key = Buffer.from(bytes.buffer, bytes.byteOffset, 32).latin1Slice();
  return texts.get(key) ?? keep(texts, TEXTS_KEPT_MAX, key, digits58(bytes));
}

function digits58(bytes) {
  const digits = [];
  for (const byte of bytes) {
    let carry = byte;
    for (let index = 0; index < digits.length; index++) {
      carry += digits[index] << 8;
      digits[index] = carry % 58;
      carry = (carry / 58) | 0;
    }
    for (; carry > 0; carry = (carry / 58) | 0) digits.push(carry % 58);
  }
  let text = '';
  for (let index = 0; index < bytes.length && bytes[index] === 0; index++) text += '1';
  for (let index = digits.length - 1; index >= 0; index--) text += alphabet[digits[index]];
  return text;
}

/** The bytes of a base58 text, not to be written to; null where it is none, or of another length. */
export function decode58(text, length) {
  if (typeof text !== 'string' || text.length === 0 || text.length > 2048) return null;
  const known = bytesOf.get(text);
  if (known) return length === undefined || length === 32 ? known : null;
  const result = values58(text);
  if (result?.length === 32) keep(bytesOf, TEXTS_KEPT_MAX, text, result);
  return !result || length === undefined || result.length === length ? result : null;
}

function values58(text) {
  const bytes = [];
  for (const letter of text) {
    let carry = values.get(letter);
    if (carry === undefined) return null;
    for (let index = 0; index < bytes.length; index++) {
      carry += bytes[index] * 58;
      bytes[index] = carry & 0xff;
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) bytes.push(carry & 0xff);
  }
  for (let index = 0; index < text.length && text[index] === '1'; index++) bytes.push(0);
  return Uint8Array.from(bytes.reverse());
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.offset = 0;
  }

  take(count) {
    if (this.offset + count > this.bytes.length) throw new Error(`unexpected end at byte ${this.offset}`);
    const part = this.bytes.subarray(this.offset, this.offset + count);
    this.offset += count;
    return part;
  }

  byte() {
    return this.take(1)[0];
  }

  shortVec() {
    let value = 0;
    for (let index = 0; index < 3; index++) {
      const part = this.byte();
      value |= (part & 0x7f) << (7 * index);
      if ((part & 0x80) === 0) return value;
    }
    throw new Error(`length too long at byte ${this.offset}`);
  }

  list(read) {
    return Array.from({ length: this.shortVec() }, () => read());
  }
}

/** Reads wire bytes; throws with the offset where they are no transaction. */
export function decodeTransaction(wire) {
  const reader = new Reader(wire);
  const signatures = reader.list(() => reader.take(64));
  const messageBytes = wire.subarray(reader.offset);
  const message = decodeMessage(messageBytes);
  if (signatures.length !== message.header.numRequiredSignatures) {
    throw new Error(`${signatures.length} signatures, ${message.header.numRequiredSignatures} required`);
  }
  return { signatures, id: encode58(signatures[0]), message, messageBytes };
}

export function decodeMessage(bytes) {
  const reader = new Reader(bytes);
  let version = 'legacy';
  if ((bytes[0] & 0x80) !== 0) {
    version = reader.byte() & 0x7f;
    if (version !== 0) throw new Error(`unsupported message version ${version}`);
  }
  const header = {
    numRequiredSignatures: reader.byte(),
    numReadonlySignedAccounts: reader.byte(),
    numReadonlyUnsignedAccounts: reader.byte(),
  };
  const keys = reader.list(() => encode58(reader.take(32)));
  const blockhash = encode58(reader.take(32));
  const instructions = reader.list(() => ({
    programIdIndex: reader.byte(),
    accounts: [...reader.take(reader.shortVec())],
    data: reader.take(reader.shortVec()),
  }));
  const lookups = version === 0
    ? reader.list(() => ({
      table: encode58(reader.take(32)),
      writable: [...reader.take(reader.shortVec())],
      readonly: [...reader.take(reader.shortVec())],
    }))
    : [];
  if (reader.offset !== bytes.length) throw new Error(`${bytes.length - reader.offset} bytes too many`);
  if (header.numRequiredSignatures === 0 || header.numRequiredSignatures > keys.length) throw new Error('bad header');
  for (const instruction of instructions) {
    if (instruction.programIdIndex >= keys.length) throw new Error('program index out of range');
  }
  return { version, header, keys, blockhash, instructions, lookups };
}

export function isWritable(message, index, loadedWritable) {
  const { numRequiredSignatures: signers, numReadonlySignedAccounts: ro, numReadonlyUnsignedAccounts: rou } = message.header;
  if (index >= message.keys.length) return index - message.keys.length < loadedWritable;
  return index < signers ? index < signers - ro : index < message.keys.length - rou;
}

function shortVec(value) {
  const bytes = [];
  for (; value > 0x7f; value >>= 7) bytes.push((value & 0x7f) | 0x80);
  bytes.push(value);
  return Uint8Array.from(bytes);
}

export const u32 = value => { const bytes = Buffer.alloc(4); bytes.writeUInt32LE(value); return bytes; };
export const u64 = value => { const bytes = Buffer.alloc(8); bytes.writeBigUInt64LE(BigInt(value)); return bytes; };

/** Builds and signs a legacy transaction with one signer. Instruction accounts are [address, writable]. */
export function buildTransaction(signer, blockhash, instructions) {
  const uses = new Map([[signer.address, true]]);
  for (const { accounts } of instructions) {
    for (const [address, writable] of accounts) uses.set(address, (uses.get(address) ?? false) || writable);
  }
  for (const { program } of instructions) if (!uses.has(program)) uses.set(program, false);
  const rest = [...uses].filter(([address]) => address !== signer.address);
  const keys = [signer.address, ...rest.filter(use => use[1]).map(use => use[0]), ...rest.filter(use => !use[1]).map(use => use[0])];
  const indexes = new Map(keys.map((key, index) => [key, index]));
  const parts = [Uint8Array.of(1, 0, rest.filter(use => !use[1]).length), shortVec(keys.length)];
  for (const key of keys) parts.push(decode58(key, 32));
  parts.push(decode58(blockhash, 32), shortVec(instructions.length));
  for (const { program, accounts, data } of instructions) {
    parts.push(Uint8Array.of(indexes.get(program)), shortVec(accounts.length));
    parts.push(Uint8Array.from(accounts.map(([address]) => indexes.get(address))), shortVec(data.length), data);
  }
  const message = Buffer.concat(parts);
  return Buffer.concat([Uint8Array.of(1), crypto.sign(null, message, signer.key), message]);
}

export function keypairFromSeed(seed) {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
  const key = crypto.createPrivateKey({ key: Buffer.concat([prefix, seed]), format: 'der', type: 'pkcs8' });
  const publicBytes = crypto.createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  return { key, seed, address: encode58(publicBytes) };
}

function publicKey(address) {
  const prefix = Buffer.from('302a300506032b6570032100', 'hex');
  return publicKeys.get(address) ?? keep(publicKeys, KEYS_KEPT_MAX, address,
    crypto.createPublicKey({ key: Buffer.concat([prefix, decode58(address, 32)]), format: 'der', type: 'spki' }));
}

export function verifySignature(address, message, signature) {
  try {
    return crypto.verify(null, message, publicKey(address), signature);
  } catch {
    return false;
  }
}

export const sha256 = (...parts) => {
  const hash = crypto.createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const prime = (1n << 255n) - 19n;
const power = (base, exponent) => {
  let result = 1n;
  for (base %= prime; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % prime;
    base = (base * base) % prime;
  }
  return result;
};
const d = ((prime - 121665n) * power(121666n, prime - 2n)) % prime;

/** Whether 32 bytes decompress to an Ed25519 point: (y^2 - 1) / (d y^2 + 1) must be a square. */
export function isOnCurve(bytes) {
  let y = 0n;
  for (let index = 31; index >= 0; index--) y = (y << 8n) | BigInt(index === 31 ? bytes[index] & 0x7f : bytes[index]);
  if (y >= prime) return false;
  const square = (((y * y - 1n + prime) % prime) * power(d * y * y + 1n, prime - 2n)) % prime;
  if (square === 0n) return (bytes[31] & 0x80) === 0;
  return power(square, (prime - 1n) / 2n) === 1n;
}

export function findProgramAddress(seeds, program) {
  for (let bump = 255; bump >= 0; bump--) {
    const candidate = sha256(...seeds, Uint8Array.of(bump), decode58(program, 32), 'ProgramDerivedAddress');
    if (!isOnCurve(candidate)) return encode58(candidate);
  }
  throw new Error('no bump gives an address off the curve');
}

export const associatedTokenAddress = (owner, mint) =>
  findProgramAddress([decode58(owner, 32), decode58(TOKEN, 32), decode58(mint, 32)], ATA);
