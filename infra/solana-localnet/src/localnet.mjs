// Puts chain, HTTP and websocket together on two neighbouring loopback ports.
import http from 'node:http';
import { Chain, USDC_MINT } from './chain.mjs';
import { Faults } from './faults.mjs';
import { createHttpServer } from './http.mjs';
import { createMethods } from './methods.mjs';
import { Store } from './store.mjs';
import { createWebSocketServer } from './websocket.mjs';

const HOST = '127.0.0.1';
const PORT_TRIES_MAX = 50;

/** Starts a local chain. slotMs 0 means that slots move by localnet_advance only. */
export async function startLocalnet({ port = 0, slotMs = 400, data = null } = {}) {
  const store = data ? new Store(data) : null;
  const chain = store ? store.open() : Chain.create();
  const faults = new Faults();
  let timer = null;
  const setSlotMs = milliseconds => {
    if (!Number.isInteger(milliseconds) || milliseconds < 0 || milliseconds > 60_000) throw new Error('slot time: 0 to 60000 ms');
    clearInterval(timer);
    timer = milliseconds > 0 ? setInterval(() => chain.advance(), milliseconds) : null;
    return milliseconds;
  };
  const info = () => ready;
  const methods = createMethods(chain, faults, { control: { setSlotMs, info } });
  const { rpc, ws } = await listen(() => createHttpServer(methods, faults), port);
  const sockets = createWebSocketServer(chain, ws);
  const rpcPort = rpc.address().port;
  const ready = {
    rpcUrl: `http://${HOST}:${rpcPort}`, wsUrl: `ws://${HOST}:${rpcPort + 1}`,
    genesisHash: chain.identity.genesisHash, usdcMint: USDC_MINT, pid: process.pid,
  };
  setSlotMs(slotMs);

  async function stop() {
    clearInterval(timer);
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
    rpc.closeAllConnections();
    await Promise.all([rpc, ws].map(server => new Promise(resolve => server.close(resolve))));
    store?.close();
  }

  return { ready, chain, faults, stop };
}

async function listen(createRpc, port) {
  for (let attempt = 1; attempt <= PORT_TRIES_MAX; attempt++) {
    const rpc = createRpc();
    await open(rpc, port);
    const ws = http.createServer((_, reply) => reply.writeHead(426).end());
    try {
      await open(ws, rpc.address().port + 1);
      return { rpc, ws };
    } catch (problem) {
      await new Promise(resolve => rpc.close(resolve));
      // With a fixed port the neighbour has to be free; with any port another pair is tried.
      if (port !== 0) throw problem;
    }
  }
  throw new Error(`no two neighbouring free ports in ${PORT_TRIES_MAX} tries`);
}

function open(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
