// Subscriptions: signature, account, slot and root, as a validator's websocket gives them.
import { WebSocketServer } from 'ws';
import { answer, toJson } from './http.mjs';
import { accountJson } from './json.mjs';
import { RpcError } from './methods.mjs';
import { decode58 } from './codec.mjs';

const MESSAGE_BYTES_MAX = 64 * 1024;
const CONNECTIONS_MAX = 256;
const SUBSCRIPTIONS_MAX = 1024;

export function createWebSocketServer(chain, server) {
  const sockets = new WebSocketServer({ server, maxPayload: MESSAGE_BYTES_MAX });
  const subscriptions = new Map();
  let lastId = 0;

  const notify = (socket, method, subscription, result) => {
    if (socket.readyState === socket.OPEN) socket.send(toJson({ jsonrpc: '2.0', method, params: { result, subscription } }));
  };
  const subscribe = (socket, entry) => {
    if ([...subscriptions.values()].filter(one => one.socket === socket).length >= SUBSCRIPTIONS_MAX) {
      throw new RpcError(-32602, `at most ${SUBSCRIPTIONS_MAX} subscriptions on a connection`);
    }
    const id = ++lastId;
    subscriptions.set(id, { ...entry, socket });
    return id;
  };
  const unsubscribe = id => {
    if (!subscriptions.delete(id)) throw new RpcError(-32602, 'Invalid subscription id.');
    return true;
  };
  const commitmentOf = config => config?.commitment ?? 'finalized';
  const check = (text, length) => {
    if (!decode58(text, length)) throw new RpcError(-32602, `Invalid param: ${text}`);
    return text;
  };

  function methodsFor(socket) {
    return {
      signatureSubscribe: (signature, config) =>
        subscribe(socket, { kind: 'signature', key: check(signature, 64), commitment: commitmentOf(config) }),
      accountSubscribe: (key, config) => subscribe(socket, {
        kind: 'account', key: check(key, 32), commitment: commitmentOf(config), config,
        seen: chain.getAccount(key, commitmentOf(config)),
      }),
      slotSubscribe: () => subscribe(socket, { kind: 'slot' }),
      rootSubscribe: () => subscribe(socket, { kind: 'root' }),
      signatureUnsubscribe: unsubscribe, accountUnsubscribe: unsubscribe, slotUnsubscribe: unsubscribe,
      rootUnsubscribe: unsubscribe, ping: () => 'pong',
    };
  }

  function deliver() {
    for (const [id, one] of subscriptions) {
      if (one.kind === 'signature') {
        const record = chain.transactions.get(one.key);
        const slot = chain.slotAt(one.commitment);
        if (!record || record.slot > slot) continue;
        subscriptions.delete(id);
        notify(one.socket, 'signatureNotification', id, { context: { slot }, value: { err: record.err } });
      } else if (one.kind === 'account') {
        const account = chain.getAccount(one.key, one.commitment);
        if (account === one.seen) continue;
        one.seen = account;
        const value = accountJson(chain, account, one.config)
          ?? { lamports: 0, data: ['', 'base64'], owner: '11111111111111111111111111111111', executable: false, rentEpoch: 0, space: 0 };
        notify(one.socket, 'accountNotification', id, { context: { slot: chain.slotAt(one.commitment) }, value });
      }
    }
  }

  chain.listeners.add({
    transaction: () => setImmediate(deliver),
    slot: block => {
      for (const [id, one] of subscriptions) {
        if (one.kind === 'slot') {
          notify(one.socket, 'slotNotification', id, { slot: block.slot, parent: block.parent, root: chain.slotAt('finalized') });
        } else if (one.kind === 'root') notify(one.socket, 'rootNotification', id, chain.slotAt('finalized'));
      }
      deliver();
    },
  });

  sockets.on('connection', socket => {
    if (sockets.clients.size > CONNECTIONS_MAX) return socket.close(1013, 'too many connections');
    const methods = methodsFor(socket);
    socket.on('message', text => {
      let call;
      try {
        call = JSON.parse(text.toString());
      } catch {
        return socket.send(toJson({ jsonrpc: '2.0', error: { code: -32700, message: 'Parse error' }, id: null }));
      }
      socket.send(toJson(answer(methods, call)));
      setImmediate(deliver);
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      for (const [id, one] of subscriptions) if (one.socket === socket) subscriptions.delete(id);
    });
  });
  return sockets;
}
