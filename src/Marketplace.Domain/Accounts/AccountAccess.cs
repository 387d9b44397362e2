namespace Marketplace.Domain.Accounts;

/// <summary>What one key of an account called from one address within an hour.</summary>
/// <param name="Account">The account.</param>
/// <param name="Key">The key; its secret stands nowhere.</param>
/// <param name="Address">The network address that the requests came from.</param>
/// <param name="What">Method and route, such as <c>POST /v1/chat/completions</c>: no ids, no query.</param>
/// <param name="Calls">How many requests were answered with success.</param>
/// <param name="First">The first of them.</param>
/// <param name="Last">The last of them.</param>
public sealed record AccountAccess(
    AccountId Account,
    ApiKeyId Key,
    string Address,
    string What,
    long Calls,
    DateTimeOffset First,
    DateTimeOffset Last)
{
    /// <summary>Whole hours since 1970 in which the first call was.</summary>
    public long Hour => First.ToUnixTimeSeconds() / 3_600;
}
