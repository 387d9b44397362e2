# A Solana chain for development. It listens on the loopback interface only; who wants it shares its network.
FROM node:20-bookworm-slim
WORKDIR /app
COPY infra/solana-localnet/package.json infra/solana-localnet/package-lock.json infra/solana-localnet/.npmrc ./
RUN npm ci --omit=dev --no-fund --no-audit
COPY infra/solana-localnet/server.mjs ./
COPY infra/solana-localnet/src ./src
COPY infra/docker/treasury.mjs ./
RUN mkdir -p /var/lib/localnet /treasury && chown node /var/lib/localnet /treasury
USER node
VOLUME /var/lib/localnet
ENTRYPOINT ["node", "server.mjs", "--port", "8899", "--data", "/var/lib/localnet"]
