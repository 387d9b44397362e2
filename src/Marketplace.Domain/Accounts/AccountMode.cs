namespace Marketplace.Domain.Accounts;

/// <summary>
/// An account is live or for tests, for ever. A test account spends what administrators grant it; it takes no deposits
/// and gets no payouts, so that no real money comes in or goes out by it.
/// </summary>
public static class AccountMode
{
    /// <summary>
    /// Whether the account may have such a key. A key tells its account's mode by its prefix; keys of administrators
    /// may have either, since they act on accounts of both.
    /// </summary>
    public static bool MayHave(bool accountIsLive, ApiKeyScopes scopes, bool keyIsLive) =>
        keyIsLive == accountIsLive || scopes.HasFlag(ApiKeyScopes.Admin);
}
