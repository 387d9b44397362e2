using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Abstractions.Accounts;

/// <summary>One API key by the hash of its secret; key <c>akh_…</c>.</summary>
[GrainInterfaceType("api-key"), Alias("IApiKeyGrain")]
public interface IApiKeyGrain : IGrainWithStringKey
{
    /// <summary>Stores the key; called by its account.</summary>
    [Alias("Register")]
    Task Register(ApiKeyView key, ProviderId? provider, CancellationToken cancel = default);

    /// <summary>Who the key stands for; null when unknown, expired or revoked.</summary>
    [Alias("Authenticate")]
    Task<Caller?> Authenticate(CancellationToken cancel = default);

    /// <summary>Ends the key.</summary>
    [Alias("Revoke")]
    Task Revoke(CancellationToken cancel = default);

    /// <summary>Tells the key that its account has become a provider.</summary>
    [Alias("AttachProvider")]
    Task AttachProvider(ProviderId provider, CancellationToken cancel = default);
}
