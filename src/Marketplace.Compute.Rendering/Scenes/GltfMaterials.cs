using Marketplace.Compute.Rendering.Numerics;
using SharpGLTF.Schema2;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>A file's materials as scene materials, each made when a mesh first asks for it.</summary>
internal sealed class GltfMaterials(ModelRoot model, SceneBuilder builder, GltfTextures textures)
{
    private readonly int[] _made = [.. Enumerable.Repeat(-1, model.LogicalMaterials.Count)];
    private readonly GltfLayers _layers = new(textures);
    private int _default = -1;

    /// <summary>The material's place in the scene; without one, glTF's default material.</summary>
    public int PlaceOf(Material? material)
    {
        if (material is null)
        {
            return _default >= 0 ? _default : _default = builder.AddMaterial(new SceneMaterial());
        }

        ref var made = ref _made[material.LogicalIndex];

        return made >= 0 ? made : made = builder.AddMaterial(Convert(material));
    }

    private SceneMaterial Convert(Material material)
    {
        var scene = new SceneMaterial
        {
            DoubleSided = material.DoubleSided,
            AlphaCutoff = CutoffOf(material),
            Unlit = material.Unlit,
        };

        if (material.FindChannel("BaseColor") is { } colour)
        {
            scene = scene with
            {
                Base = new Float4(
                    Unit(colour.Color.X), Unit(colour.Color.Y), Unit(colour.Color.Z), Unit(colour.Color.W)),
                BaseTexture = textures.Use(colour, srgb: true),
            };
        }

        if (material.Unlit)
        {
            return scene;
        }

        scene = scene with { Layers = _layers.Of(material) };

        if (material.FindChannel("MetallicRoughness") is { } physical)
        {
            scene = scene with
            {
                Metallic = Unit(physical.GetFactor("MetallicFactor")),
                Roughness = Unit(physical.GetFactor("RoughnessFactor")),
                MetallicRoughnessTexture = textures.Use(physical, srgb: false),
            };
        }

        if (material.FindChannel("Normal") is { } bump)
        {
            scene = scene with
            {
                NormalTexture = textures.Use(bump, srgb: false),
                NormalScale = Num.Clamp(bump.GetFactor("NormalScale"), -100f, 100f),
            };
        }

        return material.FindChannel("Emissive") is { } glow ? WithEmission(scene, glow) : scene;
    }

    private SceneMaterial WithEmission(SceneMaterial scene, MaterialChannel glow)
    {
        var strength = Num.Clamp(glow.GetFactor("EmissiveStrength"), 0f, 1e9f);
        var emission = new Vec3(Unit(glow.Color.X), Unit(glow.Color.Y), Unit(glow.Color.Z)) * strength;

        return emission.MaxComponent() <= 0f
            ? scene
            : scene with { Emission = emission, EmissionTexture = textures.Use(glow, srgb: true) };
    }

    private static float CutoffOf(Material material) => material.Alpha switch
    {
        AlphaMode.MASK => Num.Clamp(material.AlphaCutoff, 1e-6f, 2f),
        AlphaMode.BLEND => -1f,
        _ => 0f,
    };

    private static float Unit(float x) => Num.Clamp(x, 0f, 1f);
}
