using Marketplace.Domain.Accounts;
using Marketplace.Grains.Abstractions.Accounts;

namespace Marketplace.Api.Accounts;

/// <summary>A new key with its secret.</summary>
/// <param name="Key">The key.</param>
/// <param name="Secret" example="mk_live_0123456789abcdefghjkmnpqrstvwxyz0123456789abcdefghjkabcdef">
/// What goes into the Authorization header. It is shown this once; only its hash is kept. Null in the answer to a repeat
/// with the same Idempotency-Key: if the first answer was lost, revoke the key and issue another.
/// </param>
internal sealed record IssuedApiKeyResponse(ApiKeyResponse Key, string? Secret)
{
    public static IssuedApiKeyResponse From(IssueKeyOutcome.Issued issued, ApiKeySecret secret) =>
        new(ApiKeyResponse.From(issued.Key), issued.Replayed ? null : secret.Text);
}
