using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Marketplace.Architecture.Tests;

/// <summary>Which namespaces of others an assembly touches, read from its metadata.</summary>
public sealed class DomainTests
{
    [Theory]
    [InlineData("Marketplace.Domain", "Orleans.Runtime")]
    [InlineData("Marketplace.Domain", "System.Net")]
    [InlineData("Marketplace.Domain", "System.IO")]
    [InlineData("Marketplace.Domain", "System.Data")]
    [InlineData("Marketplace.Domain", "System.Threading.Tasks")]
    [InlineData("Marketplace.Ledger", "Orleans.Runtime")]
    [InlineData("Marketplace.Solana", "Orleans")]
    [InlineData("Marketplace.Api", "Marketplace.Grains.", "Marketplace.Grains.Abstractions")]
    [InlineData("Marketplace.Api", "Marketplace.Ledger")]
    [InlineData("Marketplace.Api", "System.Data")]
    [InlineData("Marketplace.Storage", "Orleans.Runtime")]
    public void An_assembly_leaves_a_namespace_alone(string assembly, string forbidden, string? except = null)
    {
        var touched = References(assembly)
            .Where(name => name.StartsWith(forbidden, StringComparison.Ordinal)
                && (except is null || !name.StartsWith(except, StringComparison.Ordinal)))
            .Distinct(StringComparer.Ordinal);

        Offenders.None(touched);
    }

    private static List<string> References(string assembly)
    {
        using var stream = File.OpenRead(Assembly.Load(assembly).Location);
        using var file = new PEReader(stream);
        var metadata = file.GetMetadataReader();

        return
        [
            .. metadata.TypeReferences.Select(metadata.GetTypeReference)
                .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}"),
        ];
    }
}
