using System.Security.Cryptography;
using Marketplace.Api.Http;
using Marketplace.Domain.Accounts;
using Marketplace.Grains.Abstractions.Accounts;

namespace Marketplace.Api.Accounts;

/// <summary>Issues an API key.</summary>
/// <param name="Name" example="render farm">What it is for, 1 to 100 characters.</param>
/// <param name="Scopes">What it may do: renter, provider, admin.</param>
/// <param name="Live" example="true">For the live market (<c>mk_live_</c>) or for tests (<c>mk_test_</c>).</param>
/// <param name="ExpiresAt">When it ends by itself; null for never.</param>
internal sealed record CreateApiKeyRequest(
    string Name, IReadOnlyList<string> Scopes, bool Live = true, DateTimeOffset? ExpiresAt = null)
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
    public (NewApiKey Key, ApiKeySecret Secret) Make(Guid name)
    {
        var secret = ApiKeySecret.Create(Live, RandomNumberGenerator.GetBytes(ApiKeySecret.RandomBytes));

        return (new(ApiKeyId.From(name), Name, ToScopes(), Live, secret.Hint, secret.Hash, ExpiresAt), secret);
    }
}
