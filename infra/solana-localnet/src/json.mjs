// Accounts, transactions and blocks in the JSON forms of a validator.
import {
  ATA, COMPUTE_BUDGET, MEMOS, SYSTEM, TOKEN, TOKEN_2022, decode58, decodeTransaction, encode58, isWritable,
} from './codec.mjs';
import { tokenAccount, uiAmount } from './chain.mjs';

export const messageKeys = { encode: encode58, decode: decode58 };

const programs = new Map([
  [SYSTEM, 'system'], [TOKEN, 'spl-token'], [TOKEN_2022, 'spl-token-2022'], [ATA, 'spl-associated-token-account'],
  [COMPUTE_BUDGET, 'compute-budget'], ...[...MEMOS].map(memo => [memo, 'spl-memo']),
]);

export function accountJson(chain, account, config) {
  if (!account) return null;
  const { encoding = 'base58', dataSlice } = config ?? {};
  const whole = Buffer.from(account.data);
  const data = dataSlice ? whole.subarray(dataSlice.offset, dataSlice.offset + dataSlice.length) : whole;
  return {
    lamports: account.lamports, owner: account.owner, executable: account.executable, rentEpoch: account.rentEpoch,
    space: whole.length,
    data: encoding === 'jsonParsed' ? parsedAccount(chain, account) ?? [whole.toString('base64'), 'base64']
      : encoding === 'base58' ? [encode58(data), 'base58'] : [data.toString('base64'), 'base64'],
  };
}

export function parsedTokenAccount(chain, account) {
  const token = tokenAccount(account);
  if (!token) return {};
  const bytes = Buffer.from(account.data);
  const decimals = chain.getAccount(token.mint)?.data[44] ?? 0;
  const delegate = bytes.readUInt32LE(72) === 1 ? encode58(bytes.subarray(76, 108)) : undefined;
  return {
    mint: token.mint, owner: token.owner, state: token.state, isNative: token.isNative,
    tokenAmount: uiAmount(token.amount, decimals),
    ...(delegate ? { delegate, delegatedAmount: uiAmount(bytes.readBigUInt64LE(121), decimals) } : {}),
  };
}

function parsedAccount(chain, account) {
  const program = programs.get(account.owner);
  const bytes = Buffer.from(account.data);
  if (tokenAccount(account)) {
    return { program, space: bytes.length, parsed: { type: 'account', info: parsedTokenAccount(chain, account) } };
  }
  if ((account.owner === TOKEN || account.owner === TOKEN_2022) && bytes.length >= 82 && bytes[45] === 1) {
    const key = at => (bytes.readUInt32LE(at) === 1 ? encode58(bytes.subarray(at + 4, at + 36)) : null);
    const info = {
      mintAuthority: key(0), supply: bytes.readBigUInt64LE(36).toString(), decimals: bytes[44], isInitialized: true,
      freezeAuthority: key(46),
    };
    return { program, space: bytes.length, parsed: { type: 'mint', info } };
  }
  if (account.owner === SYSTEM && bytes.length === 80 && bytes.readUInt32LE(4) === 1) {
    const info = {
      authority: encode58(bytes.subarray(8, 40)), blockhash: encode58(bytes.subarray(40, 72)),
      feeCalculator: { lamportsPerSignature: bytes.readBigUInt64LE(72).toString() },
    };
    return { program: 'nonce', space: 80, parsed: { type: 'initialized', info } };
  }
  return null;
}

export function transactionJson(record, config = {}) {
  const { encoding = 'json', maxSupportedTransactionVersion } = config;
  const wire = Buffer.from(record.wire, 'base64');
  const transaction = encoding === 'base64' ? [record.wire, 'base64']
    : encoding === 'base58' ? [encode58(wire), 'base58']
      : readable(record, wire, encoding === 'jsonParsed');
  return {
    meta: metaJson(record, encoding === 'jsonParsed'), transaction,
    ...(maxSupportedTransactionVersion !== undefined ? { version: record.version } : {}),
  };
}

function metaJson(record, parsed) {
  const keys = [...record.keys, ...record.loaded.writable, ...record.loaded.readonly];
  const inner = parsed
    ? record.inner.map(group => ({ index: group.index, instructions: group.instructions.map(one => parseInstruction(keys, one)) }))
    : record.inner;
  return {
    err: record.err, status: record.err ? { Err: record.err } : { Ok: null }, fee: record.fee,
    preBalances: record.pre, postBalances: record.post, preTokenBalances: record.preTokens,
    postTokenBalances: record.postTokens, innerInstructions: inner, logMessages: record.logs, rewards: [],
    computeUnitsConsumed: record.units, ...(parsed ? {} : { loadedAddresses: record.loaded }),
    ...(record.returnData ? { returnData: record.returnData } : {}),
  };
}

function readable(record, wire, parsed) {
  const { signatures, message } = decodeTransaction(wire);
  const instructions = message.instructions.map(one => ({
    programIdIndex: one.programIdIndex, accounts: one.accounts, data: encode58(one.data), stackHeight: parsed ? 1 : null,
  }));
  const lookups = message.lookups.map(one => ({
    accountKey: one.table, writableIndexes: one.writable, readonlyIndexes: one.readonly,
  }));
  const keys = [...message.keys, ...record.loaded.writable, ...record.loaded.readonly];
  const body = parsed
    ? {
      accountKeys: keys.map((pubkey, index) => ({
        pubkey, signer: index < message.header.numRequiredSignatures,
        writable: isWritable(message, index, record.loaded.writable.length),
        source: index < message.keys.length ? 'transaction' : 'lookupTable',
      })),
      instructions: instructions.map(one => parseInstruction(keys, one)),
    }
    : { header: message.header, accountKeys: message.keys, instructions };
  return {
    signatures: signatures.map(encode58),
    message: {
      ...body, recentBlockhash: message.blockhash, ...(message.version === 0 ? { addressTableLookups: lookups } : {}),
    },
  };
}

/** The parsed form for what wallets move; anything else in the partially decoded form, as a validator does. */
function parseInstruction(keys, { programIdIndex, accounts, data, stackHeight }) {
  const programId = keys[programIdIndex];
  const bytes = Buffer.from(decode58(data) ?? []);
  const key = index => keys[accounts[index]];
  const parsed = (type, info) => ({ program: programs.get(programId), programId, parsed: { type, info }, stackHeight });
  if (MEMOS.has(programId)) return { program: 'spl-memo', programId, parsed: bytes.toString('utf8'), stackHeight };
  if (programId === SYSTEM && bytes.length === 12 && bytes.readUInt32LE(0) === 2) {
    return parsed('transfer', { source: key(0), destination: key(1), lamports: bytes.readBigUInt64LE(4) });
  }
  if (programId === SYSTEM && bytes.length === 4 && bytes.readUInt32LE(0) === 4) {
    return parsed('advanceNonce', { nonceAccount: key(0), recentBlockhashesSysvar: key(1), nonceAuthority: key(2) });
  }
  if ((programId === TOKEN || programId === TOKEN_2022) && bytes[0] === 12 && bytes.length === 10) {
    return parsed('transferChecked', {
      source: key(0), mint: key(1), destination: key(2), authority: key(3),
      tokenAmount: uiAmount(bytes.readBigUInt64LE(1), bytes[9]),
    });
  }
  if ((programId === TOKEN || programId === TOKEN_2022) && bytes[0] === 3 && bytes.length === 9) {
    const amount = bytes.readBigUInt64LE(1).toString();
    return parsed('transfer', { source: key(0), destination: key(1), authority: key(2), amount });
  }
  if ((programId === TOKEN || programId === TOKEN_2022) && bytes[0] === 7 && bytes.length === 9) {
    const amount = bytes.readBigUInt64LE(1).toString();
    return parsed('mintTo', { mint: key(0), account: key(1), mintAuthority: key(2), amount });
  }
  if (programId === ATA) {
    const info = { source: key(0), account: key(1), wallet: key(2), mint: key(3), systemProgram: key(4), tokenProgram: key(5) };
    return parsed(bytes[0] === 1 ? 'createIdempotent' : 'create', info);
  }
  return { programId, accounts: accounts.map(index => keys[index]), data, stackHeight };
}

export function blockJson(chain, block, config, RpcError) {
  const details = config.transactionDetails ?? 'full';
  const records = block.transactions.map(id => chain.transactions.get(id));
  const head = {
    blockhash: block.hash, previousBlockhash: chain.blockBySlot.get(block.parent)?.hash ?? block.hash,
    parentSlot: block.parent, blockTime: block.time, blockHeight: block.height,
    ...(config.rewards === false ? {} : { rewards: [] }),
  };
  if (details === 'none') return head;
  if (details === 'signatures') return { ...head, signatures: block.transactions };
  if (config.maxSupportedTransactionVersion === undefined && records.some(record => record.version !== 'legacy')) {
    throw new RpcError(-32015, 'Transaction version (0) is not supported by the requesting client. ' +
      'Please try the request again with the following configuration parameter: "maxSupportedTransactionVersion": 0');
  }
  return { ...head, transactions: records.map(record => transactionJson(record, config)) };
}
