using Marketplace.Domain.Compliance;

namespace Marketplace.Grains.Providers;

/// <summary>The side of a provider that only compliance sees; key <c>prov_…</c>.</summary>
[GrainInterfaceType("provider-case"), Alias("IProviderCaseGrain")]
internal interface IProviderCaseGrain : IGrainWithStringKey
{
    /// <summary>A new edition of the list came out: name and wallet are looked at again.</summary>
    [Alias("ScreenAgain")]
    Task ScreenAgain(CancellationToken cancel = default);

    /// <summary>A case about the provider is cleared or blocked. Being told twice is harmless.</summary>
    [Alias("Decided")]
    Task Decided(ReviewCase review, CancellationToken cancel = default);
}
