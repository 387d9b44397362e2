using Marketplace.Api.Http;
using Marketplace.Domain.Ledger;

namespace Marketplace.Api.Admin;

/// <summary>Grants promotional credit.</summary>
/// <param name="Amount" example="5.000000">USDC; spendable, never withdrawable.</param>
/// <param name="Reason" example="Welcome credit">3 to 500 characters.</param>
internal sealed record CreditRequest(Usdc Amount, string Reason)
{
    public Faults Check()
    {
        var faults = new Faults();
        ReasonRequest.Check(Reason, faults);

        if (Amount <= Usdc.Zero || Amount > Usdc.Largest)
        {
            faults.Add("amount", $"is {Amount}, allowed are 0.000001 to {Usdc.Largest}");
        }

        return faults;
    }
}
