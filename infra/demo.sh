#!/usr/bin/env bash
# The whole story on this machine: deposit, text job, render, receipts, payout. Needs .NET 10 and Node 20, nothing else.
# Options: --keep (leave it running), --model FILE.gguf (else infra/demo-model), --scene FILE.glb
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

need() { command -v "$1" >/dev/null || { echo "demo: '$1' is missing: $2" >&2; exit 1; }; }
need dotnet "install the .NET 10 SDK"
need node "install Node 20 or newer"
need npm "it comes with Node"

log="$(mktemp -d)"
trap 'rm -rf "$log"' EXIT
step() { # step NAME COMMAND...: runs it, showing its output only if it fails
    local name="$1"; shift
    printf '· %s … ' "$name"
    local begin=$SECONDS
    if "$@" >"$log/out" 2>&1; then echo "$((SECONDS - begin)) s"; else echo "failed"; tail -n 60 "$log/out" >&2; exit 1; fi
}

step "build the host" dotnet build -c Release --nologo -v quiet -p:UseSharedCompilation=true src/Marketplace.Host
step "build the command line" dotnet build -c Release --nologo -v quiet -p:UseSharedCompilation=true src/Marketplace.Cli
step "build the agent" dotnet build -c Release --nologo -v quiet -p:UseSharedCompilation=true src/Marketplace.Agent
if [ ! -d infra/solana-localnet/node_modules ]; then
    step "install the local chain" npm ci --prefix infra/solana-localnet --no-fund --no-audit --loglevel=error
fi

trap - EXIT
rm -rf "$log"
exec node infra/demo/demo.mjs "$@"
