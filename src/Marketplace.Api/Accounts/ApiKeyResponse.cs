using Marketplace.Domain.Accounts;
using Marketplace.Grains.Abstractions.Accounts;

namespace Marketplace.Api.Accounts;

/// <summary>An API key without its secret.</summary>
/// <param name="Id" example="key_01j9zq8k3v7r2m5x4c6b8n0t1w">The key.</param>
/// <param name="Name" example="render farm">What it is for.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Live" example="true">Whether it is for the live market.</param>
/// <param name="Hint" example="mk_live_…7f3q">Enough to recognise the secret by.</param>
/// <param name="CreatedAt">When it was issued.</param>
/// <param name="ExpiresAt">When it ends by itself, or null.</param>
/// <param name="RevokedAt">When it was revoked, or null.</param>
internal sealed record ApiKeyResponse(
    ApiKeyId Id,
    string Name,
    IReadOnlyList<string> Scopes,
    bool Live,
    string Hint,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt)
{
    public static ApiKeyResponse From(ApiKeyView view) => new(
        view.Id,
        view.Name,
        Http.Scopes.Show(view.Scopes),
        view.Live,
        view.Hint,
        view.CreatedAt,
        view.ExpiresAt,
        view.RevokedAt);
}
