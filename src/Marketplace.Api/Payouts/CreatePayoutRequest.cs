using Marketplace.Api.Http;
using Marketplace.Domain.Ledger;

namespace Marketplace.Api.Payouts;

/// <summary>Asks for a payout to the provider's wallet.</summary>
/// <param name="Amount" example="3.400000">USDC, at most what is payable.</param>
internal sealed record CreatePayoutRequest(Usdc Amount)
{
    public Faults Check()
    {
        var faults = new Faults();

        if (Amount <= Usdc.Zero || Amount > Usdc.Largest)
        {
            faults.Add("amount", $"is {Amount}, allowed are 0.000001 to {Usdc.Largest}");
        }

        return faults;
    }
}
