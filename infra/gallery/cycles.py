"""Renders a glTF scene with Blender's Cycles, set up like `marketplace-agent render`, for a picture beside ours.

blender -b --factory-startup --python infra/gallery/cycles.py -- \
    --scene FILE --out FILE.pfm [--environment FILE.hdr] [--width N] [--height N] [--spp N] [--seed N]
    [--azimuth DEG] [--elevation DEG] [--camera] [--threads N]

Eight bounces, box filter, no clamp, no adaptive sampling, no denoiser, caustics on. The camera is the default orbit
(0.9 r / sin 22.5 degrees from the middle of the bounds, 45 degrees high), or with --camera the scene's own.
"""
import argparse
import math
import sys
import time

import numpy

if not hasattr(numpy, "bool"):
    numpy.bool = bool  # the importer of Blender 3.4 under numpy 1.24

import bpy
from mathutils import Vector


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--scene", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--environment")
    parser.add_argument("--width", type=int, default=640)
    parser.add_argument("--height", type=int, default=360)
    parser.add_argument("--spp", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--azimuth", type=float, default=30)
    parser.add_argument("--elevation", type=float, default=15)
    parser.add_argument("--camera", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args(sys.argv[sys.argv.index("--") + 1:])


def bounds():
    low, high = Vector((math.inf,) * 3), Vector((-math.inf,) * 3)
    graph = bpy.context.evaluated_depsgraph_get()
    for thing in bpy.context.scene.objects:
        if thing.type != "MESH":
            continue
        for vertex in thing.evaluated_get(graph).data.vertices:
            place = thing.matrix_world @ vertex.co
            low = Vector(map(min, low, place))
            high = Vector(map(max, high, place))
    return low, high


def add_camera(wanted):
    low, high = bounds()
    centre, radius = (low + high) / 2, (high - low).length / 2
    azimuth, elevation = math.radians(wanted.azimuth), math.radians(wanted.elevation)
    # Blender's Z is up and its -Y is glTF's +Z.
    away = Vector((math.cos(elevation) * math.sin(azimuth), -math.cos(elevation) * math.cos(azimuth), math.sin(elevation)))
    data = bpy.data.cameras.new("orbit")
    data.sensor_fit = "VERTICAL"
    data.angle = math.radians(45)
    data.clip_start, data.clip_end = radius * 1e-3, radius * 100
    camera = bpy.data.objects.new("orbit", data)
    camera.location = centre + away * (0.9 * radius / math.sin(math.radians(22.5)))
    camera.rotation_euler = (centre - camera.location).to_track_quat("-Z", "Y").to_euler()
    bpy.context.collection.objects.link(camera)
    return camera


def set_world(path):
    world = bpy.data.worlds.new("light")
    bpy.context.scene.world = world
    world.use_nodes = True
    nodes = world.node_tree.nodes
    background = nodes["Background"]
    background.inputs["Color"].default_value = (0, 0, 0, 1)
    if path:
        # Cycles and we both show the middle of the picture along +X.
        picture = nodes.new("ShaderNodeTexEnvironment")
        picture.image = bpy.data.images.load(path)
        links = world.node_tree.links
        links.new(picture.outputs["Color"], background.inputs["Color"])


def write_map(path, out, width, height):
    image = bpy.data.images.load(path)
    image.colorspace_settings.name = "Non-Color"
    pixels = numpy.empty(width * height * 4, dtype=numpy.float32)
    image.pixels.foreach_get(pixels)
    with open(out, "wb") as file:
        file.write(b"PF\n%d %d\n-1.0\n" % (width, height))
        file.write(pixels.reshape(height, width, 4)[:, :, :3].astype("<f4").tobytes())


def main():
    wanted = options()
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.import_scene.gltf(filepath=wanted.scene)
    scene = bpy.context.scene
    scene.camera = next(o for o in scene.objects if o.type == "CAMERA") if wanted.camera else add_camera(wanted)
    set_world(wanted.environment)
    scene.render.engine = "CYCLES"
    scene.render.threads_mode, scene.render.threads = "FIXED", wanted.threads
    scene.render.resolution_x, scene.render.resolution_y = wanted.width, wanted.height
    scene.render.resolution_percentage = 100
    scene.render.image_settings.file_format = "OPEN_EXR"
    scene.render.image_settings.color_depth = "32"
    scene.view_settings.view_transform = "Standard"
    cycles = scene.cycles
    cycles.device, cycles.samples, cycles.seed = "CPU", wanted.spp, wanted.seed
    cycles.use_adaptive_sampling = cycles.use_denoising = False
    cycles.sample_clamp_direct = cycles.sample_clamp_indirect = 0
    cycles.max_bounces = cycles.diffuse_bounces = cycles.glossy_bounces = 8
    cycles.transmission_bounces = cycles.transparent_max_bounces = 8
    cycles.caustics_reflective = cycles.caustics_refractive = True
    cycles.blur_glossy = 0
    cycles.pixel_filter_type = "BOX"
    cycles.filter_width = 1.0
    exr = wanted.out + ".exr"
    scene.render.filepath = exr
    before, began = time.process_time(), time.time()
    bpy.ops.render.render(write_still=True)
    print("cycles: %.2f s, %.2f CPU-s" % (time.time() - began, time.process_time() - before))
    write_map(exr, wanted.out, wanted.width, wanted.height)


main()
