namespace Marketplace.Api.Accounts;

/// <summary>A new key with its secret.</summary>
/// <param name="Key">The key.</param>
/// <param name="Secret" example="mk_live_0123456789abcdefghjkmnpqrstvwxyz0123456789abcdefghjkabcdef">
/// What goes into the Authorization header. It is shown this once; only its hash is kept.
/// </param>
internal sealed record IssuedApiKeyResponse(ApiKeyResponse Key, string Secret);
