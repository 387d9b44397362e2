using System.Text.Json;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>Nodes may name lights of KHR_lights_punctual that are there, and not too many of them.</summary>
internal static class GltfLightCheck
{
    private const string Extension = "KHR_lights_punctual";

    public static void Run(JsonElement root, JsonElement[] nodes, SceneLimits limits)
    {
        var lights = Find(root, out var shared) ? GltfCheck.ArrayOf(shared, "lights").Length : 0;
        var used = 0;

        for (var i = 0; i < nodes.Length; i++)
        {
            if (!Find(nodes[i], out var own) || !own.TryGetProperty("light", out var light))
            {
                continue;
            }

            if (light.ValueKind != JsonValueKind.Number || !light.TryGetInt32(out var index) || index < 0
                || index >= lights)
            {
                throw new SceneFormatException($"glTF: node {i} has light {light.GetRawText()} of {lights}.");
            }

            if (++used > limits.LightsMax)
            {
                throw new SceneFormatException(
                    $"glTF: over {limits.LightsMax} nodes with a light ({nameof(SceneLimits.LightsMax)}).");
            }
        }
    }

    private static bool Find(JsonElement owner, out JsonElement extension)
    {
        extension = default;

        return owner.TryGetProperty("extensions", out var all) && all.ValueKind == JsonValueKind.Object
            && all.TryGetProperty(Extension, out extension) && extension.ValueKind == JsonValueKind.Object;
    }
}
