using Marketplace.Api.Http;
using Marketplace.Domain.Ledger;

namespace Marketplace.Api.Payments;

/// <summary>Announces a deposit.</summary>
/// <param name="Amount" example="25.000000">USDC, or null to leave it to the payer.</param>
internal sealed record CreateDepositRequest(Usdc? Amount = null)
{
    public Faults Check()
    {
        var faults = new Faults();

        if (Amount is { } amount && (amount <= Usdc.Zero || amount > Usdc.Largest))
        {
            faults.Add("amount", $"is {amount}, allowed are 0.000001 to {Usdc.Largest}");
        }

        return faults;
    }
}
