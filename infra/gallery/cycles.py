"""Renders a glTF scene with Blender's Cycles, set up like `marketplace-agent render`, for a picture beside ours.

blender -b --factory-startup --python infra/gallery/cycles.py -- \
    --scene FILE --out FILE.pfm [--environment FILE.hdr] [--width N] [--height N] [--spp N] [--seed N]
    [--azimuth DEG] [--elevation DEG] [--camera [NAME]] [--still] [--threads N]

Eight bounces, box filter, no clamp, no adaptive sampling, no denoiser, caustics on. The camera is the default orbit
(0.9 r / sin 22.5 degrees from the middle of the bounds, 45 degrees high), or with --camera the scene's own: the one of
that node, or the only one. With --still the pose is the file's, and not that of a clip.

Lights: what glTF calls a candela is a watt per steradian here and there, what it calls a lux a watt per square metre (the
importer's COMPAT), since neither renderer has an exposure. They are points, without a radius, and spots fall off as glTF
has it. What has no material gets glTF's, which is a white, rough metal; the importer leaves it grey and matt. Volumes
attenuate by glTF's exponential; the importer takes the colour's complement for its logarithm.
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
    parser.add_argument("--camera", nargs="?", const="")
    parser.add_argument("--still", action="store_true")
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


def own_camera(name):
    return next(o for o in bpy.context.scene.objects if o.type == "CAMERA" and name in ("", o.name))


def light_as_gltf():
    for light in bpy.data.lights:
        light.shadow_soft_size = 0
        if light.type == "SUN":
            light.angle = 0
        elif light.type == "SPOT":
            as_gltf_spot(light)


def as_gltf_spot(light):
    """A point whose strength falls off by KHR_lights_punctual: a Cycles spot also falls off by the cosine inside its cone."""
    outer = light.spot_size / 2
    inner, outer = math.cos(outer * (1 - light.spot_blend)), math.cos(outer)
    scale = 1 / max(inner - outer, 1e-3)
    light.type = "POINT"
    light.use_nodes = True
    nodes, links = light.node_tree.nodes, light.node_tree.links
    place, axes = nodes.new("ShaderNodeTexCoord"), nodes.new("ShaderNodeSeparateXYZ")
    cone, squared = nodes.new("ShaderNodeMath"), nodes.new("ShaderNodeMath")
    cone.operation, cone.use_clamp, squared.operation = "MULTIPLY_ADD", True, "POWER"
    cone.inputs[1].default_value, cone.inputs[2].default_value = -scale, -outer * scale  # it shines along -Z
    squared.inputs[1].default_value = 2
    links.new(place.outputs["Normal"], axes.inputs[0])
    links.new(axes.outputs["Z"], cone.inputs[0])
    links.new(cone.outputs[0], squared.inputs[0])
    links.new(squared.outputs[0], nodes["Emission"].inputs["Strength"])


def attenuate_as_gltf():
    """To the attenuation colour after the distance; Cycles absorbs density x (1 - colour)."""
    for material in bpy.data.materials:
        for node in material.node_tree.nodes if material.use_nodes else []:
            if node.bl_idname == "ShaderNodeVolumeAbsorption":
                colour, density = node.inputs["Color"], node.inputs["Density"]
                absorbed = [-math.log(max(c, 1e-4)) * density.default_value for c in colour.default_value[:3]]
                density.default_value = max(*absorbed, 1e-9)
                colour.default_value = [*(1 - a / density.default_value for a in absorbed), 1]


def fill_materials():
    bare = [mesh for mesh in bpy.data.meshes if not any(mesh.materials)]
    if bare:
        material = bpy.data.materials.new("glTF default")
        material.use_nodes = True
        surface = material.node_tree.nodes["Principled BSDF"]
        surface.distribution = "MULTI_GGX"  # as rough as this, half of the light goes into the second bounce on
        surface.inputs["Base Color"].default_value = (1, 1, 1, 1)
        surface.inputs["Metallic"].default_value = surface.inputs["Roughness"].default_value = 1
    for mesh in bare:
        mesh.materials.clear()
        mesh.materials.append(material)


def hold_still():
    for thing in [*bpy.data.objects, *bpy.data.shape_keys]:
        thing.animation_data_clear()
    for keys in bpy.data.shape_keys:
        for key in keys.key_blocks:
            key.value = 0


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
    bpy.ops.import_scene.gltf(filepath=wanted.scene, convert_lighting_mode="COMPAT")
    light_as_gltf()
    attenuate_as_gltf()
    fill_materials()
    if wanted.still:
        hold_still()
    scene = bpy.context.scene
    scene.camera = add_camera(wanted) if wanted.camera is None else own_camera(wanted.camera)
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
