using YamlDotNet.RepresentationModel;

namespace Marketplace.Host.Tests.Deployment;

/// <summary>What a deployment sets in one host's environment; the value is null where a cluster fills it in.</summary>
internal sealed record HostEnvironment(string Name, IReadOnlyDictionary<string, string?> Values)
{
    public static IEnumerable<HostEnvironment> All()
    {
        var compose = Manifests.Documents(Manifests.Compose)[0];

        foreach (var (name, service) in Manifests.Entries(Manifests.At(compose, "services")))
        {
            if (Manifests.Text(service, "image") == "marketplace-host")
            {
                yield return new HostEnvironment(
                    $"{Manifests.Compose}: {name}",
                    Manifests.Entries(Manifests.At(service, "environment"))
                        .ToDictionary(entry => entry.Key, entry => Literal(entry.Value), StringComparer.Ordinal));
            }
        }

        yield return Kubernetes();
    }

    public static YamlMappingNode KubernetesHost() =>
        Manifests.OfKind("Deployment").Single(document => Manifests.Text(document, "metadata", "name") == "marketplace-host");

    private static HostEnvironment Kubernetes()
    {
        var config = Manifests.OfKind("ConfigMap").Single();
        var values = Manifests.Entries(Manifests.At(config, "data"))
            .ToDictionary(entry => entry.Key, entry => Literal(entry.Value), StringComparer.Ordinal);
        var container = Manifests.Items(KubernetesHost(), "spec", "template", "spec", "containers").Single();

        foreach (var variable in Manifests.Items(container, "env"))
        {
            values.Add(Manifests.Text(variable, "name")!, Manifests.Text(variable, "value"));
        }

        return new HostEnvironment("k8s/base", values);
    }

    /// <summary>Null for what compose takes from the environment of whoever starts it.</summary>
    private static string? Literal(YamlNode value) =>
        value is YamlScalarNode { Value: { } text } && !text.StartsWith("${", StringComparison.Ordinal) ? text : null;
}
