#!/usr/bin/env bash
# The crash matrix: real processes, the host killed at every checkpoint. Prints the table of docs/reliability.md and, last,
# one line of JSON; ends with 1 when something did not hold or a point was not reached.
#   --seeds N (default 20)  --seed FIRST (1)  --points a,b (all)  --engine sqlite|postgresql  --second-kill
#   --worlds N: markets side by side (default 1)  --quick: one seed of the money points  --logs FOLDER: keeps the logs
#   --cells-per-market N: opens a fresh market after so many cells, whose books grow from cell to cell (default 90)
#   --journal FILE: keeps what held, so that a run that was broken off goes on  --host PROGRAM: a published host
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

for tool in dotnet node npm; do
    command -v "$tool" >/dev/null || { echo "crash-matrix: '$tool' is missing" >&2; exit 1; }
done
[ -d infra/solana-localnet/node_modules ] || npm ci --prefix infra/solana-localnet --no-fund --no-audit --loglevel=error

dotnet build -c Release --nologo -v quiet -p:UseSharedCompilation=true tests/Marketplace.CrashMatrix

# Hundreds of starts: half of each is the compiling of code that can be compiled once.
host=()
case " $* " in
    *' --quick '* | *' --host '*) ;;
    *)
        dotnet publish -c Release --nologo -v quiet -p:UseSharedCompilation=true --use-current-runtime \
            --self-contained false -p:PublishReadyToRun=true -o artifacts/precompiled src/Marketplace.Host
        host=(--host artifacts/precompiled/Marketplace.Host)
        ;;
esac
exec dotnet artifacts/bin/Marketplace.CrashMatrix/release/Marketplace.CrashMatrix.dll "${host[@]}" "$@"
