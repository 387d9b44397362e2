using Marketplace.Api.Accounts;
using Marketplace.Api.Http;

namespace Marketplace.Api.Admin;

/// <summary>Issues a key for any account.</summary>
/// <param name="Name" example="support">What it is for, 1 to 100 characters.</param>
/// <param name="Scopes">What it may do: renter, provider, admin, compliance, finance.</param>
/// <param name="Reason" example="Lost key, ticket 17">3 to 500 characters.</param>
/// <param name="Live" example="true">
/// <c>mk_live_</c> or <c>mk_test_</c>: what its account is, unless told. Only keys of administrators may differ.
/// </param>
/// <param name="ExpiresAt">When it ends by itself; null for never.</param>
internal sealed record IssueKeyRequest(
    string Name, IReadOnlyList<string> Scopes, string Reason, bool? Live = null, DateTimeOffset? ExpiresAt = null)
{
    public CreateApiKeyRequest ToKey() => new(Name, Scopes, Live, ExpiresAt);

    public Faults Check()
    {
        var faults = ToKey().Check();
        ReasonRequest.Check(Reason, faults);
        return faults;
    }
}
