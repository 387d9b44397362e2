#!/usr/bin/env bash
# Makes PoCL 6 (OpenCL on the processor) usable for kernel tests, and prints how to reach it:
#   direct            the system's own PoCL is new enough
#   root DIR          a Debian 13 root filesystem in DIR holds it
# Exit code 77 with a reason when it cannot be had here.
set -euo pipefail

readonly pocl_major_min=6
cache="${MARKETPLACE_OPENCL_ROOT:-${XDG_CACHE_HOME:-$HOME/.cache}/marketplace/opencl-root}"
log="${TMPDIR:-/tmp}/marketplace-opencl-$$.log"
unavailable() { echo "opencl: $1" >&2; exit 77; }
trap 'rm -f "$log"' EXIT

installed_major() { dpkg-query -W -f '${Version}' pocl-opencl-icd 2>/dev/null | cut -d. -f1 || true; }
candidate_major() { apt-cache policy pocl-opencl-icd 2>/dev/null | sed -n 's/.*Candidate: \([0-9]*\)\..*/\1/p' || true; }

command -v dpkg-query >/dev/null || unavailable "this is no Debian or Ubuntu: install PoCL $pocl_major_min or newer yourself"

major="$(installed_major)"
if [ "${major:-0}" -ge "$pocl_major_min" ]; then echo direct; exit 0; fi

major="$(candidate_major)"
if [ "${major:-0}" -ge "$pocl_major_min" ]; then
    [ "$(id -u)" = 0 ] || unavailable "PoCL $major can be installed, but not by this user: apt-get install pocl-opencl-icd ocl-icd-libopencl1"
    apt-get install -y -qq pocl-opencl-icd ocl-icd-libopencl1 >"$log" 2>&1 || unavailable "apt-get failed: $(tail -n 2 "$log")"
    echo direct
    exit 0
fi

# Older systems cannot load PoCL 6 (it needs glibc 2.38): a Debian 13 root filesystem runs it.
if [ -f "$cache/.ready" ]; then echo "root $cache"; exit 0; fi
[ "$(id -u)" = 0 ] || unavailable "the system's PoCL is too old and making a Debian 13 root needs root"
[ "$(uname -m)" = x86_64 ] || unavailable "prepared for x86_64 only"
if ! command -v debootstrap >/dev/null; then
    { apt-get update -qq && apt-get install -y -qq debootstrap; } >"$log" 2>&1 || unavailable "debootstrap cannot be installed: $(tail -n 2 "$log")"
fi

# The mirror that this machine uses already; its own name stands in the system's configuration, not here.
mirror="$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -E '/debian/?$' | head -n 1 || true)"
[ -n "$mirror" ] || unavailable "no Debian mirror is configured"

mkdir -p "$(dirname "$cache")"
building="$cache.building.$$"
packages=pocl-opencl-icd,ocl-icd-libopencl1,libicu76,libssl3t64,ca-certificates
debootstrap --variant=minbase --include="$packages" trixie "$building" "$mirror" >"$log" 2>&1 \
    || { reason="$(tail -n 2 "$log")"; rm -rf "$building"; unavailable "debootstrap failed: $reason"; }
rm -rf "$building/var/cache/apt/archives" "$building/var/lib/apt/lists"
touch "$building/.ready"
rm -rf "$cache"
mv "$building" "$cache"
echo "root $cache"
