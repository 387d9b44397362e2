using Marketplace.Testing;
using YamlDotNet.RepresentationModel;

namespace Marketplace.Host.Tests.Deployment;

/// <summary>The files that describe a deployment, read as YAML.</summary>
internal static class Manifests
{
    public const string Compose = "docker-compose.yml";
    private const string MergeKey = "<<";

    /// <summary>Files of the Kubernetes base, by name.</summary>
    public static IReadOnlyList<string> KubernetesFiles { get; } =
        [.. Directory.GetFiles(Full("k8s/base"), "*.yaml").Select(path => $"k8s/base/{Path.GetFileName(path)}").Order(StringComparer.Ordinal)];

    public static string Full(string path) => Path.Combine(SharedData.RepositoryRoot, path);

    public static IReadOnlyList<YamlMappingNode> Documents(string path)
    {
        using var reader = new StreamReader(Full(path));
        var stream = new YamlStream();
        stream.Load(reader);

        return [.. stream.Documents.Select(document => (YamlMappingNode)document.RootNode)];
    }

    /// <summary>The documents of a kind, of the whole Kubernetes base.</summary>
    public static IEnumerable<YamlMappingNode> OfKind(string kind) =>
        KubernetesFiles.SelectMany(Documents).Where(document => Text(document, "kind") == kind);

    /// <summary>The node at a path of keys, or null. Keys that a mapping merges in are found too.</summary>
    public static YamlNode? At(YamlNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var key in path)
        {
            node = node is YamlMappingNode mapping ? Child(mapping, key) : null;
        }

        return node;
    }

    public static string? Text(YamlNode? node, params ReadOnlySpan<string> path) => (At(node, path) as YamlScalarNode)?.Value;

    public static IEnumerable<YamlNode> Items(YamlNode? node, params ReadOnlySpan<string> path) =>
        At(node, path) as YamlSequenceNode ?? Enumerable.Empty<YamlNode>();

    /// <summary>Keys and values of a mapping, with those that it merges in.</summary>
    public static IEnumerable<KeyValuePair<string, YamlNode>> Entries(YamlNode? node)
    {
        if (node is not YamlMappingNode mapping)
        {
            yield break;
        }

        foreach (var (key, value) in mapping.Children)
        {
            if (((YamlScalarNode)key).Value == MergeKey)
            {
                foreach (var merged in Entries(value))
                {
                    yield return merged;
                }
            }
            else
            {
                yield return KeyValuePair.Create(((YamlScalarNode)key).Value!, value);
            }
        }
    }

    private static YamlNode? Child(YamlMappingNode mapping, string key) =>
        mapping.Children.TryGetValue(new YamlScalarNode(key), out var own)
            ? own
            : Entries(mapping).Where(entry => entry.Key == key).Select(entry => entry.Value).FirstOrDefault();
}
