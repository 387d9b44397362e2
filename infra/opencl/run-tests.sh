#!/usr/bin/env bash
# Runs kernel tests on PoCL through ILGPU's OpenCL backend: infra/opencl/run-tests.sh PROJECT [TEST OPTIONS...]
# PROJECT is the name of a built test project, such as Marketplace.Compute.Tests. Tests find the device by
# MARKETPLACE_TEST_DEVICE=opencl-cpu; they run in the repository root. Exit code 77 with a reason when PoCL cannot be had here.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
project="${1:?name a test project}"
shift
output="$(find "$root/artifacts/bin/$project" -maxdepth 2 -name "$project.dll" -printf '%T@ %p\n' 2>/dev/null | sort -rn | head -n 1 | cut -d' ' -f2-)"
[ -n "$output" ] || { echo "opencl: build $project first" >&2; exit 2; }

way="$("$here/prepare.sh")" || exit $?
export MARKETPLACE_TEST_DEVICE=opencl-cpu DOTNET_NOLOGO=1
if [ "$way" = direct ]; then
    cd "$root"
    exec dotnet "$output" "$@"
fi

chroot_dir="${way#root }"
dotnet_dir="$(dirname "$(readlink -f "$(command -v dotnet)")")"
cache="$(dirname "$chroot_dir")/pocl-cache"
mkdir -p "$cache"
unshare --mount true 2>/dev/null || { echo "opencl: mounts are refused here" >&2; exit 77; }

# A mount namespace of its own: everything mounted below is gone when the tests end.
exec unshare --mount --propagation private bash -c '
    set -euo pipefail
    chroot_dir=$1 dotnet_dir=$2 cache=$3 root=$4 output=$5; shift 5
    bind() { mkdir -p "$chroot_dir$1"; mount --rbind "$2" "$chroot_dir$1"; }
    mount -t proc proc "$chroot_dir/proc"
    mount --rbind /sys "$chroot_dir/sys"   # without /sys PoCL says that there is not enough memory
    mount --rbind /dev "$chroot_dir/dev"
    mount -t tmpfs tmpfs "$chroot_dir/tmp"
    bind /opt/dotnet "$dotnet_dir"
    bind /opt/pocl-cache "$cache"
    bind /opt/tree/repository "$root"
    if [ -d "$root/../shared" ]; then bind /opt/tree/shared "$(readlink -f "$root/../shared")"; fi
    inside="/opt/tree/repository${output#"$root"}"
    exec chroot "$chroot_dir" /usr/bin/env -i -C /opt/tree/repository PATH=/usr/bin:/bin:/opt/dotnet HOME=/tmp LANG=C.UTF-8 \
        DOTNET_ROOT=/opt/dotnet DOTNET_NOLOGO=1 POCL_CACHE_DIR=/opt/pocl-cache MARKETPLACE_TEST_DEVICE=opencl-cpu \
        /opt/dotnet/dotnet "$inside" "$@"
' bash "$chroot_dir" "$dotnet_dir" "$cache" "$root" "$output" "$@"
