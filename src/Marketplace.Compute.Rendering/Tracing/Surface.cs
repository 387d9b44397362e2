using System.Runtime.CompilerServices;
using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>What a ray met: place, normals turned to the side it came from, and the material there.</summary>
internal struct Surface
{
    public Vec3 Position;
    public Vec3 GeometricNormal;
    public Vec3 Normal;
    public Vec3 Base;
    public Vec3 Emission;
    public float Metallic;

    /// <summary>GGX alpha: roughness squared.</summary>
    public float Alpha;

    /// <summary>
    /// Reflectance at normal incidence. This and what follows up to the share is set by <see cref="Bsdf.Prepare"/>.
    /// </summary>
    public Vec3 F0;

    /// <summary>Factor on the lobe for light scattered more than once.</summary>
    public Vec3 Regained;

    /// <summary>Albedo of the base under its coat.</summary>
    public Vec3 Diffuse;
    public float SpecularShare;

    /// <summary>Chance per area with which light sampling draws this point; zero if it is no light.</summary>
    public float LightDensity;

    /// <summary>One of the kinds of <see cref="MaterialRows"/>.</summary>
    public float Kind;

    /// <summary>What rays that leave an instance are lifted by in addition; else zero.</summary>
    public float Lift;

    /// <summary>Attenuation per length of the medium that the ray came through; set by the integrator.</summary>
    public Vec3 Medium;

    /// <summary>Set where <see cref="Kind"/> is layered.</summary>
    public Layers Layers;

    /// <summary>Below this alpha the lobe is too sharp for floats.</summary>
    public const float AlphaMin = 1.5e-3f;

    /// <summary>
    /// What lies at a hit of the instance's triangles, or of the world's if it is 0. An out parameter, for the struct
    /// is too large to be copied for every hit.
    /// </summary>
    public static void At<TScene>(
        TScene scene, Hit hit, int instance, Vec3 origin, Vec3 direction, out Surface surface)
        where TScene : struct, ISceneData
    {
        var links = scene.TriangleLinks(hit.Triangle);
        var density = scene.TriangleRow((hit.Triangle * 3) + 1).W;
        var material = links.W * MaterialRows.Count;
        surface = default;
        var geometric = Place(scene, hit, instance, ref surface);
        var front = Vec3.Dot(geometric, direction) < 0f;
        var w = 1f - hit.U - hit.V;
        surface.GeometricNormal = front ? geometric : -geometric;
        surface.Normal = ShadingNormal(scene, hit, instance, links, surface.GeometricNormal, direction);

        var textures = scene.MaterialRow(material + MaterialRows.Textures);
        var colour = scene.MaterialRow(material + MaterialRows.Base).Xyz
            * ((scene.VertexRow((links.X * Texturing.VertexRows) + 1).Xyz * w)
                + (scene.VertexRow((links.Y * Texturing.VertexRows) + 1).Xyz * hit.U)
                + (scene.VertexRow((links.Z * Texturing.VertexRows) + 1).Xyz * hit.V));
        var physical = scene.MaterialRow(material + MaterialRows.Physical);
        var metallic = physical.X;
        var roughness = physical.Y;

        if (textures.X >= 0f)
        {
            colour *= Texturing.Sample(scene, (int)textures.X, links, hit.U, hit.V).Xyz;
        }

        if (textures.Y >= 0f)
        {
            var packed = Texturing.Sample(scene, (int)textures.Y, links, hit.U, hit.V);
            roughness *= packed.Y;
            metallic *= packed.Z;
        }

        surface.Base = colour;
        surface.Metallic = Num.Clamp(metallic, 0f, 1f);
        surface.Alpha = Num.Max(AlphaMin, roughness * roughness);
        surface.Kind = scene.MaterialRow(material + MaterialRows.Sheen).W;

        if (surface.Kind == MaterialRows.KindLayered)
        {
            surface.Layers = LayerReader.At(scene, hit, instance, links, ref surface, front);
            LayeredBsdf.Prepare(scene, ref surface, direction);
        }
        else
        {
            Bsdf.Prepare(scene, ref surface, -Vec3.Dot(surface.Normal, direction));
        }

        surface.Emission = Emitted(scene, hit, instance, links, surface.GeometricNormal, -direction, front);
        surface.LightDensity = front || scene.MaterialRow(material + MaterialRows.Emission).W != 0f ? density : 0f;
    }

    /// <summary>The object of what was hit, from 0 on.</summary>
    public static float PartAt<TScene>(TScene scene, Hit hit, int instance)
        where TScene : struct, ISceneData =>
        instance > 0 && scene.Instanced
            ? scene.InstanceRow((instance * InstanceRows.Count) + InstanceRows.Head).Z
            : scene.TriangleRow((hit.Triangle * 3) + 2).W;

    /// <summary>Sets the place that was hit, and what it takes to leave it; answers the triangle's normal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vec3 Place<TScene>(TScene scene, Hit hit, int instance, ref Surface surface)
        where TScene : struct, ISceneData
    {
        var corner = scene.TriangleRow(hit.Triangle * 3).Xyz;
        var edge1 = scene.TriangleRow((hit.Triangle * 3) + 1).Xyz;
        var edge2 = scene.TriangleRow((hit.Triangle * 3) + 2).Xyz;

        if (instance > 0 && scene.Instanced)
        {
            var head = scene.InstanceRow((instance * InstanceRows.Count) + InstanceRows.Head);
            surface.Lift = head.X;
            corner = InstanceRows.PointToWorld(scene, instance, corner);
            edge1 = InstanceRows.DirectionToWorld(scene, instance, edge1);
            edge2 = InstanceRows.DirectionToWorld(scene, instance, edge2);
            surface.Position = corner + (edge1 * hit.U) + (edge2 * hit.V);

            // Mirrored triangles are turned round again.
            return Vec3.Cross(edge1, edge2).Normalized() * head.Y;
        }

        surface.Position = corner + (edge1 * hit.U) + (edge2 * hit.V);

        return Vec3.Cross(edge1, edge2).Normalized();
    }

    /// <summary>
    /// Radiance that leaves the triangle at (u, v) towards a viewer, past the coat: the same for a ray that meets it by
    /// chance and for one that was drawn towards it.
    /// </summary>
    /// <param name="scene">The scene.</param>
    /// <param name="hit">Where.</param>
    /// <param name="instance">Of which instance, or 0.</param>
    /// <param name="links">The triangle's.</param>
    /// <param name="geometric">The triangle's normal on the viewer's side.</param>
    /// <param name="towards">The viewer.</param>
    /// <param name="front">The viewer is before the triangle.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 Emitted<TScene>(
        TScene scene, Hit hit, int instance, Int4 links, Vec3 geometric, Vec3 towards, bool front)
        where TScene : struct, ISceneData
    {
        var material = links.W * MaterialRows.Count;
        var emission = scene.MaterialRow(material + MaterialRows.Emission);

        if (emission.MaxOfXyz() <= 0f || (!front && emission.W == 0f))
        {
            return default;
        }

        var radiance = emission.Xyz;
        var texture = (int)scene.MaterialRow(material + MaterialRows.Textures).Z;

        if (texture >= 0)
        {
            radiance *= Texturing.Sample(scene, texture, links, hit.U, hit.V).Xyz;
        }

        // Asked before the call, for few lamps have a coat.
        return scene.MaterialRow(material + MaterialRows.Layers).X > 0f
            ? radiance * LayerReader.UnderCoat(scene, hit, instance, links, geometric, towards, front)
            : radiance;
    }

    /// <summary>The interpolated normal, without a normal map, on the side of <paramref name="geometric"/>.</summary>
    public static Vec3 SmoothNormal<TScene>(TScene scene, Hit hit, int instance, Int4 links, Vec3 geometric)
        where TScene : struct, ISceneData
    {
        var w = 1f - hit.U - hit.V;
        var normal = ((NormalAt(scene, instance, links.X) * w)
            + (NormalAt(scene, instance, links.Y) * hit.U)
            + (NormalAt(scene, instance, links.Z) * hit.V)).Normalized();

        return Vec3.Dot(normal, geometric) < 0f ? -normal : normal;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vec3 NormalAt<TScene>(TScene scene, int instance, int vertex)
        where TScene : struct, ISceneData
    {
        var normal = scene.VertexRow(vertex * Texturing.VertexRows).Xyz;

        return instance > 0 && scene.Instanced
            ? InstanceRows.NormalToWorld(scene, instance, normal)
            : normal;
    }

    private static Float4 TangentAt<TScene>(TScene scene, int instance, int vertex)
        where TScene : struct, ISceneData
    {
        var tangent = scene.VertexRow((vertex * Texturing.VertexRows) + 2);

        if (instance == 0 || !scene.Instanced)
        {
            return tangent;
        }

        var turns = Num.Abs(tangent.W) > 1.5f;
        var side = scene.InstanceRow((instance * InstanceRows.Count) + InstanceRows.Head).Y;

        return new Float4(
            InstanceRows.DirectionToWorld(scene, instance, tangent.Xyz).Normalized(),
            turns ? tangent.W * side : tangent.W);
    }

    private static Vec3 ShadingNormal<TScene>(
        TScene scene, Hit hit, int instance, Int4 links, Vec3 geometric, Vec3 direction)
        where TScene : struct, ISceneData
    {
        var w = 1f - hit.U - hit.V;
        var normal = (NormalAt(scene, instance, links.X) * w)
            + (NormalAt(scene, instance, links.Y) * hit.U)
            + (NormalAt(scene, instance, links.Z) * hit.V);
        normal = normal.Normalized();
        var map = (int)scene.MaterialRow((links.W * MaterialRows.Count) + MaterialRows.Textures).W;

        if (map >= 0)
        {
            var scale = scene.MaterialRow((links.W * MaterialRows.Count) + MaterialRows.Physical).W;
            normal = Mapped(scene, hit, instance, links, map, scale, normal);
        }

        normal = Vec3.Dot(normal, geometric) < 0f ? -normal : normal;

        // A normal that faces away from the viewer would shade black; the true one is the honest fallback.
        return Vec3.Dot(normal, direction) < -1e-4f ? normal : geometric;
    }

    /// <summary>
    /// The interpolated tangent in the plane of the normal, and the bitangent; both zero without tangents.
    /// </summary>
    public static Vec3 TangentAt<TScene>(
        TScene scene, Hit hit, int instance, Int4 links, Vec3 normal, out Vec3 bitangent)
        where TScene : struct, ISceneData
    {
        var w = 1f - hit.U - hit.V;
        var a = TangentAt(scene, instance, links.X);
        var b = TangentAt(scene, instance, links.Y);
        var c = TangentAt(scene, instance, links.Z);
        var tangent = (a.Xyz * w) + (b.Xyz * hit.U) + (c.Xyz * hit.V);
        tangent = (tangent - (normal * Vec3.Dot(normal, tangent))).Normalized();

        if (Vec3.Dot(tangent, tangent) < 0.5f)
        {
            bitangent = default;

            return default;
        }

        bitangent = Vec3.Cross(normal, tangent) * (a.W < 0f ? -1f : 1f);

        return tangent;
    }

    /// <summary>The normal as a normal map turns it, with x and y of the map times <paramref name="scale"/>.</summary>
    public static Vec3 Mapped<TScene>(
        TScene scene, Hit hit, int instance, Int4 links, int map, float scale, Vec3 normal)
        where TScene : struct, ISceneData
    {
        var tangent = TangentAt(scene, hit, instance, links, normal, out var bitangent);

        if (Vec3.Dot(tangent, tangent) < 0.5f)
        {
            return normal;
        }

        var texel = Texturing.Sample(scene, map, links, hit.U, hit.V);
        var mapped = (tangent * (((texel.X * 2f) - 1f) * scale))
            + (bitangent * (((texel.Y * 2f) - 1f) * scale))
            + (normal * ((texel.Z * 2f) - 1f));
        mapped = mapped.Normalized();

        return Vec3.Dot(mapped, mapped) > 0.5f ? mapped : normal;
    }
}
