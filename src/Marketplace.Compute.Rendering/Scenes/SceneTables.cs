using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>A scene as flat arrays, the same for every backend.</summary>
internal sealed record SceneTables
{
    public required SceneConstants Constants { get; init; }

    /// <summary>
    /// 16 words a node; see <see cref="Bvh.BvhBuilder"/>. First the tree over the world's triangles and the instances,
    /// then the trees of the shared meshes.
    /// </summary>
    public required float[] Nodes { get; init; }

    /// <summary>
    /// Three rows a triangle, in the order of the trees' leaves: corner and see-through flag, first edge and light
    /// density, second edge and object. Those of a shared mesh are in the mesh's own space.
    /// </summary>
    public required Float4[] Triangles { get; init; }

    /// <summary>See <see cref="InstanceRows"/>; none without instances. Those of the world, 0, are not read.</summary>
    public Float4[] Instances { get; init; } = [];

    /// <summary>For each instance the node at which its mesh's tree begins; of the world 0.</summary>
    public int[] InstanceRoots { get; init; } = [];

    /// <summary>Vertices and material of each triangle.</summary>
    public required Int4[] TriangleLinks { get; init; }

    /// <summary>
    /// Four rows a vertex: normal; colour; tangent and side; both UV sets. A side of 2 or -2, in shared meshes only,
    /// was made from the UV and turns over where the mesh is mirrored, as a given one does not.
    /// </summary>
    public required Float4[] Vertices { get; init; }

    /// <summary>See <see cref="MaterialRows"/>.</summary>
    public required Float4[] Materials { get; init; }

    /// <summary>First texel, width, height, flags of <see cref="Texturing"/>.</summary>
    public required Int4[] TextureHeads { get; init; }

    /// <summary>Two rows a texture: the affine map of its UV coordinates.</summary>
    public required Float4[] TextureTransforms { get; init; }

    /// <summary>RGBA, red in the lowest byte.</summary>
    public required uint[] Texels { get; init; }

    /// <summary>See <see cref="LightRows"/>.</summary>
    public required Float4[] Lights { get; init; }

    public required Float4[] EnvironmentPixels { get; init; }

    /// <summary>See <see cref="EnvironmentTable"/>.</summary>
    public required float[] EnvironmentChances { get; init; }

    /// <summary>
    /// sRGB bytes as linear light. Made in double precision, so that every machine has the same table.
    /// </summary>
    public static float[] SrgbToLinear { get; } = MakeSrgbToLinear();

    /// <summary>Of the tables themselves, as a device keeps them.</summary>
    public long Bytes =>
        (Nodes.LongLength * 4) + (Instances.LongLength * 16) + (InstanceRoots.LongLength * 4)
        + (Triangles.LongLength * 16) + (TriangleLinks.LongLength * 16)
        + (Vertices.LongLength * 16) + (Materials.LongLength * 16) + (TextureHeads.LongLength * 16)
        + (TextureTransforms.LongLength * 16) + (Texels.LongLength * 4) + (Lights.LongLength * 16)
        + (EnvironmentPixels.LongLength * 16) + (EnvironmentChances.LongLength * 4);

    /// <summary>
    /// Of the tables on the device that takes most: the Host keeps its wide nodes and packs of triangles beside them.
    /// Walks the tree.
    /// </summary>
    public long BytesAtMost() => Bytes + Bvh.WideTree.BytesOf(Nodes, InstanceRoots);

    private static float[] MakeSrgbToLinear()
    {
        var table = new float[256];

        for (var i = 0; i < table.Length; i++)
        {
            var value = i / 255.0;
            table[i] = (float)(value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4));
        }

        return table;
    }
}
