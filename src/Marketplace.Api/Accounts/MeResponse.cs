using Marketplace.Domain.Accounts;

namespace Marketplace.Api.Accounts;

/// <summary>Who the API key stands for.</summary>
/// <param name="Account">The account.</param>
/// <param name="ApiKey" example="key_01j9zq8k3v7r2m5x4c6b8n0t1w">The key of this request.</param>
/// <param name="Scopes">What the key may do.</param>
internal sealed record MeResponse(AccountResponse Account, ApiKeyId ApiKey, IReadOnlyList<string> Scopes);
