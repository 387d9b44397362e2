#!/usr/bin/env bash
# Makes the pictures of docs/gallery.md again and prints what each took: bash infra/gallery.sh DATA [NAME...]
# DATA holds the scenes (docs/gallery.md names them). With --cycles before DATA, also pictures by Blender's Cycles of the
# same views into OUT (default a temporary folder), as float maps for `convergence --peer`; needs blender and python3-numpy.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cycles=; if [ "${1:-}" = --cycles ]; then cycles=yes; shift; fi
data="${1:?folder of the scenes}"; shift
only=" $* "
agent="$root/artifacts/bin/Marketplace.Agent/release/marketplace-agent"
out="${OUT:-$root/docs/images}"; work="$(mktemp -d)"; trap 'rm -rf "$work"' EXIT
light="$data/royal_esplanade_1k.hdr"
[ -x "$agent" ] || { echo "gallery: build first: dotnet build -c Release src/Marketplace.Agent" >&2; exit 1; }
mkdir -p "$out"
export TIMEFORMAT='%U %S'

wanted() { [ "$only" = "  " ] || [[ "$only" == *" $1 "* ]]; }

picture() { # picture NAME SCENE WIDTH HEIGHT SAMPLES [more options of `render`]
    local name="$1" scene="$2" width="$3" height="$4" samples="$5"; shift 5
    wanted "$name" || return 0
    local spent; spent=$( { time "$agent" render --scene "$scene" --out "$out/$name.webp" --width "$width" --height "$height" \
        --spp "$samples" --seed 1 --indirect-max 10 --device host "$@" >/dev/null 2>"$work/err"; } 2>&1 ) || { cat "$work/err" >&2; exit 1; }
    awk -v n="$name" -v b="$(stat -c %s "$out/$name.webp")" '{ printf "%-28s %6.1f CPU-s %7d bytes\n", n, $1 + $2, b }' <<<"$spent"
}

peer() { # peer NAME SCENE [options of infra/gallery/cycles.py]
    local name="$1" scene="$2"; shift 2
    [ -n "$cycles" ] && wanted "$name" || return 0
    printf '%-28s ' "$name by Cycles"
    blender -b --factory-startup --python "$root/infra/gallery/cycles.py" -- --scene "$scene" --out "$out/$name-cycles.pfm" \
        --width 320 --height 180 --spp 128 "$@" 2>&1 | grep '^cycles:' || { echo "failed" >&2; exit 1; }
}

view() { # view NAME X,Y,Z X,Y,Z DEGREES: a camera file, its name for --camera
    printf '{"position":[%s],"target":[%s],"verticalFovDegrees":%s}' "$2" "$3" "$4" >"$work/$1.json"
    echo "$work/$1.json"
}

"$agent" demo-scene --out "$work/demo.glb"
picture demo-scene "$work/demo.glb" 512 288 128
picture cornell-box "$data/CornellBox.glb" 320 320 128
picture flight-helmet "$data/FlightHelmet/FlightHelmet.gltf" 400 400 64 --environment "$light"
picture fox "$data/Fox.glb" 240 180 24 --environment "$light" --animation Run --fps 15 --frames 17
picture morph-stress-test "$data/MorphStressTest.glb" 400 225 64 --environment "$light" --animation TheWave --frame 20 \
    --camera "$(view morph 0.9,1.1,3.4 0,0.35,0 40)"
picture clear-coat-test "$data/ClearCoatTest.glb" 400 300 64 --environment "$light" \
    --camera "$(view coat 0.5,1.5,19.5 -2.1,0.3,0 40)"
picture attenuation-test "$data/AttenuationTest.glb" 400 300 64 --environment "$light" \
    --camera "$(view attenuation 8,4,27 0,0,0 40)"
picture transmission-roughness-test "$data/TransmissionRoughnessTest.glb" 480 270 64 --environment "$light" \
    --camera "$(view transmission 0.3,0.25,1.75 0,0,0.05 40)"
picture punctual-lights "$data/PunctualLights.glb" 320 180 64
picture geometry-camera-light "$data/GeometryCameraLight.glb" 320 180 64

peer cornell-box "$data/CornellBox.glb" --azimuth 0 --elevation 0
peer flight-helmet "$data/FlightHelmet/FlightHelmet.gltf" --environment "$light"
peer transmission-roughness-test "$data/TransmissionRoughnessTest.glb" --environment "$light"
peer clear-coat-test "$data/ClearCoatTest.glb" --environment "$light"
peer morph-stress-test "$data/MorphStressTest.glb" --still --environment "$light"
peer attenuation-test "$data/AttenuationTest.glb" --environment "$light"
peer punctual-lights "$data/PunctualLights.glb" --camera
peer geometry-camera-light "$data/GeometryCameraLight.glb" --camera CameraPersp
peer demo-scene "$work/demo.glb" --camera
