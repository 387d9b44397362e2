using System.Numerics;
using SharpGLTF.Schema2;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>EXT_mesh_gpu_instancing: copies of a node's mesh, each with a transform below the node's own.</summary>
internal static class GltfInstances
{
    private static readonly string[] Attributes = ["TRANSLATION", "ROTATION", "SCALE"];

    /// <summary>How often a node draws its mesh; without the extension once.</summary>
    public static int CountOf(Node node) => node.GetGpuInstancing() is { } copies
        ? Attributes.Select(copies.GetAccessor).OfType<Accessor>().Select(accessor => accessor.Count).FirstOrDefault(1)
        : 1;

    /// <summary>Where a node draws its mesh, in the world.</summary>
    /// <exception cref="SceneFormatException">The attributes differ in number, or the mesh has a skin.</exception>
    public static IEnumerable<Matrix4x4> Of(Node node, Matrix4x4 world)
    {
        if (node.GetGpuInstancing() is not { } copies)
        {
            return [world];
        }

        if (node.Skin is not null)
        {
            throw new SceneFormatException(
                $"glTF: node {node.LogicalIndex} has a skin and EXT_mesh_gpu_instancing, which go not together.");
        }

        var count = CountOf(node);

        foreach (var name in Attributes)
        {
            if (copies.GetAccessor(name) is { } accessor && accessor.Count != count)
            {
                throw new SceneFormatException(
                    $"glTF: node {node.LogicalIndex}: {accessor.Count} {name} for {count} instances.");
            }
        }

        return Placed(copies, count, world);
    }

    private static IEnumerable<Matrix4x4> Placed(MeshGpuInstancing copies, int count, Matrix4x4 world)
    {
        var places = copies.GetAccessor("TRANSLATION")?.AsVector3Array();
        var turns = copies.GetAccessor("ROTATION")?.AsQuaternionArray();
        var scales = copies.GetAccessor("SCALE")?.AsVector3Array();

        for (var i = 0; i < count; i++)
        {
            var local = Matrix4x4.CreateScale(scales is null ? Vector3.One : scales[i]);

            if (turns is not null)
            {
                local *= Matrix4x4.CreateFromQuaternion(turns[i]);
            }

            local.Translation = places is null ? Vector3.Zero : places[i];

            yield return local * world;
        }
    }
}
