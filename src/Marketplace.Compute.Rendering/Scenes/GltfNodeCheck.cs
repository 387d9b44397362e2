using System.Text.Json;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>The nodes must be a forest of bounded depth: no node has two parents or is its own ancestor.</summary>
internal static class GltfNodeCheck
{
    public static void Run(JsonElement[] nodes, SceneLimits limits)
    {
        var parents = ParentsOf(nodes);
        var depths = new int[nodes.Length];

        for (var i = 0; i < nodes.Length; i++)
        {
            var depth = 0;

            for (var at = i; at >= 0; at = parents[at])
            {
                // Known depths end the climb, so the whole walk is linear in practice and bounded always.
                if (depths[at] > 0)
                {
                    depth += depths[at];
                    break;
                }

                depth++;

                if (depth > limits.NodeDepthMax)
                {
                    break;
                }
            }

            if (depth > limits.NodeDepthMax)
            {
                throw new SceneFormatException(
                    $"glTF: node {i} is its own ancestor or over {limits.NodeDepthMax} deep "
                    + $"({nameof(SceneLimits.NodeDepthMax)}).");
            }

            depths[i] = depth;
        }
    }

    private static int[] ParentsOf(JsonElement[] nodes)
    {
        var parents = new int[nodes.Length];
        Array.Fill(parents, -1);

        for (var i = 0; i < nodes.Length; i++)
        {
            if (nodes[i].ValueKind != JsonValueKind.Object)
            {
                throw new SceneFormatException($"glTF: node {i} is no object.");
            }

            foreach (var child in GltfCheck.ArrayOf(nodes[i], "children"))
            {
                if (!child.TryGetInt32(out var index) || index < 0 || index >= nodes.Length)
                {
                    throw new SceneFormatException($"glTF: node {i} has child {child.GetRawText()} of {nodes.Length}.");
                }

                if (parents[index] >= 0)
                {
                    throw new SceneFormatException($"glTF: node {index} has two parents, {parents[index]} and {i}.");
                }

                parents[index] = i;
            }
        }

        return parents;
    }
}
