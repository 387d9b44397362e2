namespace Marketplace.Api.Accounts;

/// <summary>A new account with its first key.</summary>
/// <param name="Account">The account.</param>
/// <param name="ApiKey">Its first key, with the secret that is shown this once.</param>
internal sealed record CreatedAccountResponse(AccountResponse Account, IssuedApiKeyResponse ApiKey);
