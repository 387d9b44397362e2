using System.Security.Cryptography;
using Marketplace.Api.Http;
using Marketplace.Domain.Accounts;
using Marketplace.Grains.Abstractions.Accounts;

namespace Marketplace.Api.Accounts;

/// <summary>Issues an API key.</summary>
/// <param name="Name" example="render farm">What it is for, 1 to 100 characters.</param>
/// <param name="Scopes">What it may do: renter, provider, admin, compliance, finance.</param>
/// <param name="Live" example="true">
/// <c>mk_live_</c> or <c>mk_test_</c>: what its account is, unless told. Only keys of administrators may differ.
/// </param>
/// <param name="ExpiresAt">When it ends by itself; null for never.</param>
internal sealed record CreateApiKeyRequest(
    string Name, IReadOnlyList<string> Scopes, bool? Live = null, DateTimeOffset? ExpiresAt = null)
{
    private const int NameLengthMax = 100;

    public Faults Check()
    {
        var faults = new Faults();
        faults.Length("name", Name, 1, NameLengthMax);
        _ = Http.Scopes.Read(Scopes, faults);
        return faults;
    }

    public ApiKeyScopes ToScopes() => Http.Scopes.Read(Scopes, new());

    /// <summary>The same key, ending no later than the one that asks for it; null when that one never ends.</summary>
    public CreateApiKeyRequest EndingBy(DateTimeOffset? latest) =>
        latest is not null && (ExpiresAt is null || ExpiresAt > latest) ? this with { ExpiresAt = latest } : this;

    /// <summary>Makes the secret; only its hash goes to the account.</summary>
    /// <param name="name">What the key's id follows from: the same one names the same key.</param>
    /// <param name="isTest">Whether its account is for tests.</param>
    public (NewApiKey Key, ApiKeySecret Secret) Make(Guid name, bool isTest)
    {
        var live = Live ?? !isTest;
        var secret = ApiKeySecret.Create(live, RandomNumberGenerator.GetBytes(ApiKeySecret.RandomBytes));

        return (new(ApiKeyId.From(name), Name, ToScopes(), live, secret.Hint, secret.Hash, ExpiresAt), secret);
    }
}
