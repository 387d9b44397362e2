#!/usr/bin/env bash
# Every test. The last line is "N passed, N failed, N skipped"; every skip is named with its reason above it.
# Installs what is missing and may be installed: the local chain's packages; as root on Debian PostgreSQL, SoftHSM and
# hledger; PoCL.
set -uo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
configuration=Release
reports="$root/artifacts/test-reports"

# Temporary folders (databases, mostly) in memory where that is no squeeze. Processes are killed here, machines are not:
# what a process has written is there for the next one either way, and only a power cut would tell the difference.
shm_gib=$({ df --output=avail -BG /dev/shm || echo 0; } 2>/dev/null | tail -n 1 | tr -dc 0-9)
memory_gib=$({ awk '/^MemAvailable:/ { print int($2 / 1048576) }' /proc/meminfo || echo 0; } 2>/dev/null)
if [ -z "${TMPDIR:-}" ] && [ -w /dev/shm ] && [ "$shm_gib" -ge 8 ] && [ "$memory_gib" -ge 16 ]; then
    export TMPDIR=/dev/shm
fi
rm -rf "$reports"
mkdir -p "$reports"

need() { command -v "$1" >/dev/null || { echo "test: '$1' is missing: $2" >&2; exit 1; }; }
need dotnet "install the .NET 10 SDK"
need node "install Node 20 or newer"
need npm "it comes with Node"

has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || command -v postgres >/dev/null; }
if ! has_postgres; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "· installing PostgreSQL"
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql; } >"$reports/postgresql.log" 2>&1 \
            || echo "  not installed: $(tail -n 1 "$reports/postgresql.log")"
    else
        echo "· PostgreSQL is missing and this user cannot install it: its tests will be skipped"
    fi
fi

if ! command -v softhsm2-util >/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "· installing SoftHSM"
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq softhsm2; } >"$reports/softhsm.log" 2>&1 \
            || echo "  not installed: $(tail -n 1 "$reports/softhsm.log")"
    else
        echo "· SoftHSM is missing and this user cannot install it: the tests of the PKCS#11 signer will be skipped"
    fi
fi

if ! command -v hledger >/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "· installing hledger"
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq hledger; } >"$reports/hledger.log" 2>&1 \
            || echo "  not installed: $(tail -n 1 "$reports/hledger.log")"
    else
        echo "· hledger is missing and this user cannot install it: its tests will be skipped"
    fi
fi

if [ ! -d infra/solana-localnet/node_modules ]; then
    echo "· installing the local chain"
    npm ci --prefix infra/solana-localnet --no-fund --no-audit --loglevel=error || exit 1
fi

if [ ! -d tests/openai-client/node_modules ]; then
    echo "· installing OpenAI's JavaScript client"
    npm ci --prefix tests/openai-client --no-fund --no-audit --loglevel=error || exit 1
fi

echo "· building"
# One warm compiler for all projects, whatever the environment says: thirty cold starts take minutes.
if ! dotnet build -c "$configuration" --nologo -v quiet -p:UseSharedCompilation=true ${CI:+-p:RestoreLockedMode=true} Marketplace.sln >"$reports/build.log" 2>&1; then
    grep -E 'error|warn' "$reports/build.log" | sort -u | head -n 40
    echo "test: the build failed" >&2
    exit 1
fi

# Code that is compiled while it runs is written through one mapping and run through another, which is an eighth of the
# processor time of a host's start. That is a fence for what is attacked; programs of tests live for seconds.
export DOTNET_EnableWriteXorExecute=0

run() { # run NAME COMMAND...: a failing command fails the whole, but the others still run
    local name="$1"; shift
    local begin=$SECONDS
    if "$@" >"$reports/$name.log" 2>&1; then
        echo "· $name ($((SECONDS - begin)) s)"
    else
        local code=$?
        if [ "$code" = 77 ]; then
            node infra/test-report.mjs skip "$reports/$name.json" "$name" "$(tail -n 1 "$reports/$name.log")"
            echo "· $name: skipped"
        else
            touch "$reports/failed"
            echo "· $name: failed (code $code, $((SECONDS - begin)) s)"
            tail -n 60 "$reports/$name.log" | cut -c1-400
        fi
    fi
}

project() { # project NAME: the tests of one project
    run "$1" dotnet "artifacts/bin/$1/${configuration,,}/$1.dll" -result-ctrf "$reports/$1.json" -noColor
}

# The kernels once more through ILGPU's real code generator, on PoCL; in a row, as they share one cache of compiled code.
opencl() {
    local name
    for name in Marketplace.Compute.Rendering.Tests Marketplace.Compute.Inference.Tests Marketplace.Compute.Tests; do
        run "$name.OpenCL" bash infra/opencl/run-tests.sh "$name" -trait Category=Kernel \
            -result-ctrf "artifacts/test-reports/$name.OpenCL.json" -noColor
    done
}

localnet() {
    run solana-localnet bash -c 'cd infra/solana-localnet && node --test --test-reporter=tap test/'
}

# The long ones first, for where several run side by side: two cores are busy with one. What is not named comes after, in
# the order of the alphabet.
jobs=()
for name in EndToEnd Api opencl Grains Ledger Host Compute.Inference; do
    if [ "$name" = opencl ]; then jobs+=(opencl); else jobs+=("project Marketplace.$name.Tests"); fi
done
for folder in tests/*.Tests; do
    job="project $(basename "$folder")"
    [[ " ${jobs[*]} " == *" $job "* ]] || jobs+=("$job")
done
jobs+=(localnet)
lanes="${MARKETPLACE_TEST_LANES:-1}"
busy=0
for job in "${jobs[@]}"; do
    if [ "$busy" -ge "$lanes" ]; then
        wait -n
        busy=$((busy - 1))
    fi
    $job &
    busy=$((busy + 1))
done
wait
failed=0
[ ! -e "$reports/failed" ] || failed=1

[ -z "${CI:-}" ] || dotnet build-server shutdown --vbcscompiler >/dev/null 2>&1
node infra/test-report.mjs sum "$reports" || failed=1
exit "$failed"
