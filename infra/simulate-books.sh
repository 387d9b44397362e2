#!/usr/bin/env bash
# Long simulations of the books, judged by an independent one: infra/simulate-books.sh [SEEDS] [STEPS].
# On SQLite, and on PostgreSQL where its programs are installed. A failure names seed and step.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export MARKETPLACE_SIMULATION_SEEDS="${1:-5}" MARKETPLACE_SIMULATION_STEPS="${2:-40000}"
dotnet build -c Release --nologo -v quiet -p:UseSharedCompilation=true tests/Marketplace.Ledger.Tests
exec dotnet artifacts/bin/Marketplace.Ledger.Tests/release/Marketplace.Ledger.Tests.dll -noColor -class '*SimulationTests'
