using System.Text.Json;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// What a small file can ask for again and again without a byte more: targets that name one accessor, and skins that
/// many nodes wear. Counted for the whole file as if every weight were raised, for a clip can raise them all.
/// </summary>
internal static class GltfWorkCheck
{
    private const string Instancing = "EXT_mesh_gpu_instancing";

    /// <exception cref="SceneFormatException">It names the limit.</exception>
    public static void Run(JsonElement root, JsonElement[] nodes, SceneLimits limits)
    {
        var accessors = GltfCheck.ArrayOf(root, "accessors");
        CountElements(root, accessors, limits);
        var deltas = GltfCheck.ArrayOf(root, "meshes").Select((mesh, at) => DeltasOf(mesh, at, accessors, limits))
            .ToArray();
        var joints = GltfCheck.ArrayOf(root, "skins").Select(skin => (long)GltfCheck.ArrayOf(skin, "joints").Length)
            .ToArray();
        var (moved, turned) = (0L, 0L);

        foreach (var node in nodes)
        {
            moved += At(deltas, node, "mesh") * CopiesOf(node, accessors);
            CountDeltas(moved, limits);
            turned += At(joints, node, "skin");
            GltfCheck.Count(
                "joints of skins, counted for each node",
                turned,
                limits.SkinJointsMax,
                nameof(SceneLimits.SkinJointsMax));
        }
    }

    /// <summary>The parser looks at all that a primitive names, again for each.</summary>
    private static void CountElements(JsonElement root, JsonElement[] accessors, SceneLimits limits)
    {
        var elements = 0L;

        foreach (var primitive in GltfCheck.ArrayOf(root, "meshes")
            .SelectMany(mesh => GltfCheck.ArrayOf(mesh, "primitives")))
        {
            elements += CountOf(primitive, "indices", accessors);
            elements += primitive.TryGetProperty("attributes", out var attributes)
                ? CountOf(attributes, "POSITION", accessors)
                : 0;
            GltfCheck.Count(
                "vertices and indices of primitives",
                elements,
                limits.PrimitiveElementsMax,
                nameof(SceneLimits.PrimitiveElementsMax));
        }
    }

    /// <summary>Targets times vertices of a mesh's primitives.</summary>
    private static long DeltasOf(JsonElement mesh, int at, JsonElement[] accessors, SceneLimits limits)
    {
        var sum = 0L;

        foreach (var primitive in GltfCheck.ArrayOf(mesh, "primitives"))
        {
            var targets = GltfCheck.ArrayOf(primitive, "targets").Length;
            GltfCheck.Count(
                $"morph targets of a primitive of mesh {at}",
                targets,
                limits.MorphTargetsMax,
                nameof(SceneLimits.MorphTargetsMax));

            if (targets > 0 && primitive.TryGetProperty("attributes", out var attributes))
            {
                // A target costs something even where it moves nothing.
                sum += targets * Math.Max(1, CountOf(attributes, "POSITION", accessors));
                CountDeltas(sum, limits);
            }
        }

        return sum;
    }

    private static void CountDeltas(long deltas, SceneLimits limits) => GltfCheck.Count(
        "morph targets times vertices drawn", deltas, limits.MorphDeltasMax, nameof(SceneLimits.MorphDeltasMax));

    /// <summary>How often a node draws its mesh.</summary>
    private static long CopiesOf(JsonElement node, JsonElement[] accessors) =>
        node.TryGetProperty("extensions", out var extensions)
            && extensions.TryGetProperty(Instancing, out var copies)
            && copies.TryGetProperty("attributes", out var attributes)
            ? Math.Max(1, attributes.EnumerateObject().Select(one => CountOf(one.Value, accessors)).Append(0).Max())
            : 1;

    private static long CountOf(JsonElement attributes, string name, JsonElement[] accessors) =>
        attributes.TryGetProperty(name, out var accessor) ? CountOf(accessor, accessors) : 0;

    private static long CountOf(JsonElement accessor, JsonElement[] accessors) =>
        GltfCheck.IndexOf(accessor, accessors.Length) is { } index
            && accessors[index].TryGetProperty("count", out var count)
            ? count.GetInt64()
            : 0;

    private static long At(long[] values, JsonElement node, string name) =>
        node.TryGetProperty(name, out var value) && GltfCheck.IndexOf(value, values.Length) is { } index
            ? values[index]
            : 0;
}
