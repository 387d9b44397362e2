using Marketplace.Api.Http;
using Marketplace.Domain.Accounts;

namespace Marketplace.Api.Admin;

/// <summary>Gives a transfer without an owner to an account.</summary>
/// <param name="Account" example="acc_01j9zq8k3v7r2m5x4c6b8n0t1w">Whose money it is.</param>
/// <param name="Reason" example="Ticket 91: the customer named the transaction">3 to 500 characters.</param>
internal sealed record MatchSuspenseRequest(AccountId Account, string Reason)
{
    public Faults Check()
    {
        var faults = new Faults();
        ReasonRequest.Check(Reason, faults);
        return faults;
    }
}
