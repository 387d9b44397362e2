using Marketplace.Api.Http;
using Marketplace.Domain.Ledger;

namespace Marketplace.Api.Payouts;

/// <summary>Asks for an advance on accrued earnings.</summary>
/// <param name="Amount" example="40.000000">The principal in USDC: what is repaid, discount included.</param>
internal sealed record CreateAdvanceRequest(Usdc Amount)
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
