using Marketplace.Domain.Accounts;
using Marketplace.Domain.Compliance;

namespace Marketplace.Api.Compliance;

/// <summary>Who acted on a case, and why.</summary>
/// <param name="Account" example="acc_01j9zq8k3v7r2m5x4c6b8n0t1w">The person's account.</param>
/// <param name="Key" example="key_01j9zq8k3v7r2m5x4c6b8n0t1w">The key that was used.</param>
/// <param name="Reason" example="Passport seen">Why.</param>
internal sealed record ReviewerResponse(AccountId Account, string Key, string Reason)
{
    public static ReviewerResponse? From(Reviewer? person) =>
        person is null ? null : new(person.Account, person.Key, person.Reason);
}
