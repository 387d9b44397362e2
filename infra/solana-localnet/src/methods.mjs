// The JSON-RPC methods of a validator that clients use, and the localnet_ ones of this server.
import { TOKEN, TOKEN_2022, decode58, decodeMessage, decodeTransaction, verifySignature } from './codec.mjs';
import { PACKET_BYTES_MAX, USDC_MINT, tokenAccount, uiAmount } from './chain.mjs';
import { accountJson, blockJson, messageKeys, parsedTokenAccount, transactionJson } from './json.mjs';

export class RpcError extends Error {
  constructor(code, message, data) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

const invalid = message => new RpcError(-32602, message);
const LEVELS = ['processed', 'confirmed', 'finalized'];
const VERSION = '4.2.0';

export function createMethods(chain, faults, { control = {} } = {}) {
  const address = text => (decode58(text, 32) ? text : fail(`Invalid param: ${text} is no address`));
  const fail = message => { throw invalid(message); };
  const level = (config, fallback = 'finalized') => {
    const commitment = config?.commitment ?? fallback;
    if (!LEVELS.includes(commitment)) throw invalid(`Invalid params: unknown commitment ${commitment}`);
    return commitment;
  };
  const settled = (config, fallback = 'finalized') => {
    const commitment = level(config, fallback);
    return commitment === 'processed' ? fail('Method does not support commitment below `confirmed`') : commitment;
  };
  const contextSlot = config => {
    const slot = chain.slotAt(level(config));
    if (config?.minContextSlot > slot) {
      throw new RpcError(-32016, 'Minimum context slot has not been reached', { contextSlot: slot });
    }
    return slot;
  };
  const at = (config, value) => ({ context: { apiVersion: VERSION, slot: contextSlot(config) }, value });
  const read = (key, config) => {
    contextSlot(config);
    return chain.getAccount(address(key), level(config));
  };
  const wireOf = (text, config) => {
    const encoding = config?.encoding ?? 'base58';
    const wire = encoding === 'base64' ? Buffer.from(text, 'base64') : decode58(text);
    if (!wire || wire.length === 0) throw invalid(`invalid ${encoding} encoding`);
    if (wire.length > PACKET_BYTES_MAX) {
      throw invalid(`${encoding} encoded solana_transaction::versioned::VersionedTransaction too large: ` +
        `${wire.length} bytes (max: encoded/raw 1644/${PACKET_BYTES_MAX})`);
    }
    try {
      return { wire, ...decodeTransaction(wire) };
    } catch (problem) {
      throw invalid(`failed to deserialize solana_transaction::versioned::VersionedTransaction: ${problem.message}`);
    }
  };
  const tokenFilter = filter => {
    if (filter?.mint) return one => one.token.mint === address(filter.mint);
    if (filter?.programId) return one => one.account.owner === address(filter.programId);
    throw invalid('a mint or a programId is needed');
  };
  const tokenAccounts = (config, keep) => at(config, [TOKEN, TOKEN_2022]
    .flatMap(program => chain.programAccounts(program, level(config)))
    .map(one => ({ ...one, token: tokenAccount(one.account) }))
    .filter(one => one.token && keep(one))
    .map(one => ({ pubkey: one.address, account: accountJson(chain, one.account, config) })));
  const statusOf = signature => {
    const record = chain.transactions.get(signature);
    if (!record) return null;
    const depth = chain.slot - record.slot;
    const confirmationStatus = record.slot <= chain.slotAt('finalized') ? 'finalized'
      : record.slot <= chain.slotAt('confirmed') ? 'confirmed' : 'processed';
    return {
      slot: record.slot, confirmations: confirmationStatus === 'finalized' ? null : depth, err: record.err,
      status: record.err ? { Err: record.err } : { Ok: null }, confirmationStatus,
    };
  };

  const blockOf = (slot, config) => {
    const commitment = settled(config);
    const block = chain.blockBySlot.get(slot);
    if (slot > chain.slotAt(commitment)) throw new RpcError(-32004, `Block not available for slot ${slot}`);
    if (!block && slot < chain.blocks[0].slot) {
      throw new RpcError(-32001, `Block ${slot} cleaned up, does not exist on node. First available block: ${chain.blocks[0].slot}`);
    }
    if (!block) throw new RpcError(-32007, `Slot ${slot} was skipped, or missing due to ledger jump to recent snapshot`);
    return block;
  };

  const history = (key, config = {}) => {
    const commitment = settled(config);
    contextSlot({ ...config, commitment });
    const limit = config.limit ?? 1000;
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000) throw invalid('Invalid limit; max 1000');
    const list = chain.byAddress.get(address(key)) ?? [];
    const slot = chain.slotAt(commitment);
    const found = [];
    const before = config.before ? chain.transactions.get(config.before) : undefined;
    const until = config.until ? chain.transactions.get(config.until) : undefined;
    if (config.before && !before) return [];
    for (let index = list.length - 1; index >= 0 && found.length < limit; index--) {
      const record = list[index];
      if (until && record.sequence <= until.sequence) break;
      if (record.slot > slot || (before && record.sequence >= before.sequence)) continue;
      found.push({
        signature: record.id, slot: record.slot, err: record.err, memo: record.memo, blockTime: record.time,
        confirmationStatus: statusOf(record.id).confirmationStatus, transactionIndex: record.index,
      });
    }
    return found;
  };

  const methods = {
    getHealth: () => 'ok',
    getVersion: () => ({ 'solana-core': VERSION, 'feature-set': 0 }),
    getGenesisHash: () => chain.identity.genesisHash,
    getIdentity: () => ({ identity: chain.faucet.address }),
    getSlot: config => contextSlot(config),
    getBlockHeight: config => chain.blockAt(contextSlot(config)).height,
    getTransactionCount: config => [...chain.transactions.values()].filter(one => one.slot <= contextSlot(config)).length,
    getFirstAvailableBlock: () => chain.blocks[0].slot,
    minimumLedgerSlot: () => chain.blocks[0].slot,
    getEpochInfo: config => {
      const slot = contextSlot(config);
      return {
        absoluteSlot: slot, blockHeight: chain.blockAt(slot).height, epoch: Math.floor(slot / 432000),
        slotIndex: slot % 432000, slotsInEpoch: 432000, transactionCount: chain.transactions.size,
      };
    },
    getLatestBlockhash: config => {
      const block = chain.blockAt(contextSlot(config));
      return at(config, { blockhash: block.hash, lastValidBlockHeight: chain.lastValidHeight(block) });
    },
    isBlockhashValid: (hash, config) => at(config, chain.isBlockhashValid(hash, level(config))),
    getFeeForMessage: (text, config) => {
      let message;
      try {
        message = decodeMessage(Buffer.from(text, 'base64'));
      } catch (problem) {
        throw invalid(`failed to deserialize message: ${problem.message}`);
      }
      const known = chain.isBlockhashValid(message.blockhash, level(config)) || chain.nonceOf(message) !== null;
      return at(config, known ? chain.fee(message).fee : null);
    },
    getAccountInfo: (key, config) => at(config, accountJson(chain, read(key, config), config)),
    getMultipleAccounts: (keys, config) => {
      if (!Array.isArray(keys) || keys.length > 100) throw invalid('Too many inputs provided; max 100');
      return at(config, keys.map(key => accountJson(chain, read(key, config), config)));
    },
    getBalance: (key, config) => at(config, read(key, config)?.lamports ?? 0n),
    getMinimumBalanceForRentExemption: length => chain.rent(length),
    getTokenAccountBalance: (key, config) => {
      const token = tokenAccount(read(key, config));
      if (!token) throw invalid('Invalid param: could not find account');
      return at(config, uiAmount(token.amount, chain.getAccount(token.mint, level(config))?.data[44] ?? 0));
    },
    getTokenSupply: (key, config) => {
      const mint = read(key, config);
      if (!mint || mint.data.length < 82) throw invalid('Invalid param: could not find mint');
      return at(config, uiAmount(Buffer.from(mint.data).readBigUInt64LE(36), mint.data[44]));
    },
    getTokenAccountsByOwner: (owner, filter, config) => {
      const keep = tokenFilter(filter);
      return tokenAccounts(config, one => one.token.owner === address(owner) && keep(one));
    },
    getTokenAccountsByDelegate: (delegate, filter, config) => {
      const keep = tokenFilter(filter);
      return tokenAccounts(config, one => parsedTokenAccount(chain, one.account).delegate === address(delegate) && keep(one));
    },
    getProgramAccounts: (program, config) => {
      const matches = (data, filter) => filter.dataSize !== undefined ? data.length === filter.dataSize
        : Buffer.from(data).subarray(filter.memcmp.offset).indexOf(filter.memcmp.encoding === 'base64'
          ? Buffer.from(filter.memcmp.bytes, 'base64') : decode58(filter.memcmp.bytes)) === 0;
      const found = chain.programAccounts(address(program), level(config))
        .filter(one => (config?.filters ?? []).every(filter => matches(one.account.data, filter)))
        .map(one => ({ pubkey: one.address, account: accountJson(chain, one.account, config) }));
      return config?.withContext ? at(config, found) : found;
    },
    getSignatureStatuses: (signatures, config) => {
      if (!Array.isArray(signatures) || signatures.length > 256) throw invalid('Too many inputs provided; max 256');
      const value = signatures.map(signature => {
        if (!chain.transactions.has(signature) && !decode58(signature, 64)) throw invalid(`Invalid param: ${signature} is no signature`);
        const status = statusOf(signature);
        // Without a search a node answers from its status cache, which covers the last 150 blocks.
        return status && !config?.searchTransactionHistory && chain.slot - status.slot > 150 ? null : status;
      });
      return { context: { apiVersion: VERSION, slot: chain.slot }, value };
    },
    getSignaturesForAddress: history,
    getTransaction: (signature, config = {}) => {
      const options = typeof config === 'string' ? { encoding: config } : config;
      const commitment = settled(options);
      const record = chain.transactions.get(signature);
      if (!record || record.slot > chain.slotAt(commitment)) return null;
      if (record.version !== 'legacy' && options.maxSupportedTransactionVersion === undefined) {
        throw new RpcError(-32015, `Transaction version (${record.version}) is not supported by the requesting client. ` +
          'Please try the request again with the following configuration parameter: "maxSupportedTransactionVersion": 0');
      }
      return { slot: record.slot, blockTime: record.time, ...transactionJson(record, options) };
    },
    getBlock: (slot, config = {}) => blockJson(chain, blockOf(slot, config), config, RpcError),
    getBlocks: (start, end, config) => chain.blocks
      .filter(block => block.slot >= start && block.slot <= Math.min(end ?? Infinity, chain.slotAt(settled(config))))
      .slice(0, 500_000).map(block => block.slot),
    getBlockTime: slot => blockOf(slot).time,
    getRecentPrioritizationFees: (keys = []) => chain.blocks.slice(-150).map(block => ({
      slot: block.slot,
      prioritizationFee: block.transactions.map(id => chain.transactions.get(id))
        .filter(record => keys.every(key => record.writable.includes(key)))
        .reduce((least, record) => least === null || record.price < least ? record.price : least, null) ?? 0n,
    })),
    simulateTransaction: (text, config = {}) => {
      const decoded = wireOf(text, config);
      const { wire, signatures, message, messageBytes } = decoded;
      const commitment = level(config);
      contextSlot(config);
      if (config.sigVerify && config.replaceRecentBlockhash) throw invalid('sigVerify may not be used with replaceRecentBlockhash');
      if (config.sigVerify && !verifies(signatures, message, messageBytes)) {
        throw new RpcError(-32003, 'Transaction signature verification failure');
      }
      const result = chain.simulate(wire, {
        refuseKnown: false, replace: config.replaceRecentBlockhash === true, commitment, decoded,
      });
      const block = chain.blockAt(chain.slotAt(commitment));
      const wanted = config.accounts?.addresses;
      return at(config, {
        err: result.err, logs: result.logs, unitsConsumed: result.units, returnData: result.returnData ?? null,
        innerInstructions: config.innerInstructions ? result.inner ?? [] : null,
        loadedAccountsDataSize: 0, fee: chain.fee(message).fee,
        accounts: wanted ? wanted.map(key => simulated(result, address(key), config.accounts)) : null,
        ...(config.replaceRecentBlockhash
          ? { replacementBlockhash: { blockhash: block.hash, lastValidBlockHeight: chain.lastValidHeight(block) } } : {}),
      });
    },
    sendTransaction: (text, config = {}, fault = null) => {
      const decoded = wireOf(text, config);
      const { wire, id } = decoded;
      if (!config.skipPreflight) preflight(decoded, config);
      if (fault?.kind === 'late') later(wire, fault.slots);
      else if (fault?.kind !== 'ack_only') chain.execute(wire, decoded);
      return id;
    },
    requestAirdrop: (key, lamports) => {
      if (!Number.isSafeInteger(lamports) || lamports < 1) throw invalid('Invalid param: lamports');
      return chain.airdrop(address(key), BigInt(lamports));
    },
    localnet_mintUsdc: (owner, amount) => {
      if (!Number.isSafeInteger(amount) || amount < 1) throw invalid('amount must be micro-USDC above 0');
      return chain.mintUsdc(address(owner), BigInt(amount));
    },
    localnet_setFrozen: (account, frozen) => chain.setFrozen(address(account), frozen === true),
    localnet_advance: (count = 1) => {
      if (!Number.isInteger(count) || count < 1 || count > 10_000) throw invalid('advance 1 to 10,000 slots');
      chain.advance(count);
      return chain.slot;
    },
    localnet_setFault: fault => { faults.add(fault); return true; },
    localnet_clearFaults: () => { faults.clear(); return true; },
    localnet_faultHits: () => faults.hits,
    localnet_snapshot: () => chain.snapshot(),
    localnet_restore: (id, options) => chain.restore(id, options?.rewind === true),
    localnet_setSlotMs: milliseconds => control.setSlotMs?.(milliseconds),
    localnet_info: () => ({ ...control.info?.(), usdcMint: USDC_MINT, mintAuthority: chain.mintAuthority.address }),
  };

  const late = [];
  chain.listeners.add({
    slot: block => {
      while (late.length > 0 && late[0].slot <= block.slot) chain.execute(late.shift().wire);
    },
  });

  function later(wire, slots) {
    late.push({ slot: chain.slot + slots, wire });
    late.sort((one, other) => one.slot - other.slot);
  }

  function verifies(signatures, message, messageBytes) {
    return signatures.every((signature, index) => verifySignature(message.keys[index], messageBytes, signature));
  }

  function preflight(decoded, config) {
    const { wire, signatures, message, messageBytes } = decoded;
    if (!verifies(signatures, message, messageBytes)) {
      throw new RpcError(-32003, 'Transaction signature verification failure');
    }
    const commitment = config.preflightCommitment ?? 'finalized';
    contextSlot({ ...config, commitment });
    const result = chain.simulate(wire, { refuseKnown: true, replace: false, commitment, decoded });
    if (!result.err) return;
    throw new RpcError(-32002, `Transaction simulation failed: ${describe(result.err)}`, {
      err: result.err, logs: result.logs, unitsConsumed: result.units, accounts: null, returnData: result.returnData ?? null,
      innerInstructions: null, replacementBlockhash: null,
    });
  }

  function simulated(result, key, config) {
    const found = result.accounts?.().find(([candidate]) => candidate === key);
    const account = found
      ? { lamports: found[1].lamports(), data: found[1].data(), owner: messageKeys.encode(found[1].owner()),
        executable: found[1].executable(), rentEpoch: found[1].rentEpoch() }
      : chain.getAccount(key);
    return accountJson(chain, account, { encoding: config.encoding ?? 'base64' });
  }

  return methods;
}

function describe(err) {
  if (typeof err === 'string') return err === 'BlockhashNotFound' ? 'Blockhash not found' : err;
  const inner = err.InstructionError;
  if (!inner) return JSON.stringify(err);
  const cause = inner[1]?.Custom !== undefined ? `custom program error: 0x${inner[1].Custom.toString(16)}` : inner[1];
  return `Error processing Instruction ${inner[0]}: ${cause}`;
}
