#!/usr/bin/env bash
# 200 payouts under each setting (A, B, C) on each lifetime (nonce, blockhash) against the local chain: about ten minutes.
# Prints the table of docs/reliability.md. PAYOUT_CHAOS_PAYOUTS=N changes the number.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

for tool in dotnet node npm; do
    command -v "$tool" >/dev/null || { echo "payout-chaos: '$tool' is missing" >&2; exit 1; }
done
[ -d infra/solana-localnet/node_modules ] || npm ci --prefix infra/solana-localnet --no-fund --no-audit --loglevel=error

dotnet build -c Release --nologo -v quiet -p:UseSharedCompilation=true tests/Marketplace.Grains.Tests
mkdir -p artifacts/test-reports
report="$root/artifacts/test-reports/payout-chaos.md"
printf '%s\n%s\n' \
    '| setting | lifetime | payouts | double | missing | chunks | signatures | died | failed | crashes | rollbacks | faults | seconds |' \
    '|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|--:|' >"$report"

code=0
PAYOUT_CHAOS_PAYOUTS="${PAYOUT_CHAOS_PAYOUTS:-200}" PAYOUT_CHAOS_REPORT="$report" \
    dotnet artifacts/bin/Marketplace.Grains.Tests/release/Marketplace.Grains.Tests.dll \
    -class '*PayoutChaosTests' -noColor || code=$?
cat "$report"
exit "$code"
