// JSON-RPC over HTTP, on the loopback interface only.
import http from 'node:http';
import { RpcError } from './methods.mjs';

const BODY_BYTES_MAX = 50 * 1024;
const BATCH_MAX = 100;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** JSON with whole numbers of any size. */
export function toJson(value) {
  const text = JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? `\u0001${one}\u0001` : one));
  return text.replace(/"\\u0001(-?\d+)\\u0001"/g, '$1');
}

export function createHttpServer(methods, faults) {
  const server = http.createServer((request, reply) => void serve(request, reply, methods, faults));
  server.keepAliveTimeout = 30_000;
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  return server;
}

async function serve(request, reply, methods, faults) {
  const end = (status, body, type = 'application/json') => {
    if (reply.destroyed) return;
    reply.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
    reply.end(body);
  };
  try {
    // A page in a browser could reach us under another name.
    if (!LOOPBACK.has((request.headers.host ?? '').replace(/:\d+$/, ''))) return end(403, 'loopback only', 'text/plain');
    if (request.method === 'GET' && request.url === '/health') return end(200, 'ok', 'text/plain');
    if (request.method !== 'POST') return end(405, 'Used HTTP Method is not allowed. POST is required', 'text/plain');
    const body = await readBody(request);
    if (body === null) return end(413, 'request body is too large', 'text/plain');
    let call;
    try {
      call = JSON.parse(body);
    } catch {
      return end(200, toJson({ jsonrpc: '2.0', error: { code: -32700, message: 'Parse error' }, id: null }));
    }
    if (Array.isArray(call) && (call.length === 0 || call.length > BATCH_MAX)) {
      return end(200, toJson({ jsonrpc: '2.0', error: { code: -32600, message: `1 to ${BATCH_MAX} calls` }, id: null }));
    }
    const calls = Array.isArray(call) ? call : [call];
    const answers = [];
    for (const one of calls) {
      const fault = typeof one?.method === 'string' ? faults.take(one.method) : null;
      if (fault?.kind === 'drop') return request.socket.destroy();
      if (fault?.kind === 'http429') return end(429, 'Too many requests for a specific RPC call', 'text/plain');
      if (fault?.kind === 'delay') await new Promise(resolve => setTimeout(resolve, fault.ms));
      answers.push(answer(methods, one, fault));
      if (fault?.kind === 'drop_after' || fault?.cut) return request.socket.destroy();
    }
    end(200, toJson(Array.isArray(call) ? answers : answers[0]));
  } catch (problem) {
    console.error(problem);
    end(500, 'internal error', 'text/plain');
  }
}

async function readBody(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function answer(methods, call, fault = null) {
  const id = call?.id ?? null;
  const failed = (code, message, data) => ({ jsonrpc: '2.0', error: { code, message, ...(data ? { data } : {}) }, id });
  if (typeof call !== 'object' || call === null || typeof call.method !== 'string') return failed(-32600, 'Invalid request');
  if (fault?.kind === 'lie') return fault.error ? failed(fault.error.code, fault.error.message, fault.error.data)
    : { jsonrpc: '2.0', result: fault.result ?? null, id };
  const method = Object.hasOwn(methods, call.method) ? methods[call.method] : null;
  if (!method) return failed(-32601, 'Method not found');
  const parameters = Array.isArray(call.params) ? call.params : [];
  try {
    const result = call.method === 'sendTransaction' ? method(parameters[0], parameters[1] ?? {}, fault)
      : method(...parameters.map(one => one ?? undefined));
    if (fault?.kind === 'hide' && Array.isArray(result?.value)) result.value = result.value.map(() => null);
    return { jsonrpc: '2.0', result: result ?? null, id };
  } catch (problem) {
    if (problem instanceof RpcError) return failed(problem.code, problem.message, problem.data);
    return failed(-32603, `Internal error: ${problem.message}`);
  }
}
