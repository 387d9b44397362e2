#!/usr/bin/env bash
# Publishes the agent as one self-contained compressed file for linux-x64: no .NET needed on the rig.
# usage: infra/publish-agent.sh [folder]      default: artifacts/agent
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=$(mkdir -p "${1:-$root/artifacts/agent}" && cd "${1:-$root/artifacts/agent}" && pwd)

# From the repository: global.json is found from the current directory.
cd "$root"
dotnet publish src/Marketplace.Agent -c Release -r linux-x64 --self-contained --nologo -v quiet \
  -p:PublishSingleFile=true \
  -p:EnableCompressionInSingleFile=true \
  -p:IncludeNativeLibrariesForSelfExtract=true \
  -p:DebugType=none -p:GenerateDocumentationFile=false -p:RunAnalyzers=false \
  -o "$out"

file="$out/marketplace-agent"
[ -x "$file" ] || { echo "publish-agent: $file was not made" >&2; exit 1; }
echo "$file  $(du -h "$file" | cut -f1)  sha256 $(sha256sum "$file" | cut -d' ' -f1)"
