using Marketplace.Api.Http;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;

namespace Marketplace.Api.Payments;

/// <summary>Begins a top-up by card.</summary>
/// <param name="Amount" example="25.00">US dollars, at most two places; a dollar buys a USDC of credit.</param>
/// <param name="Method" example="checkout">On the processor's page, or with a client secret in your own.</param>
internal sealed record CreateTopUpRequest(string Amount, CardMethod Method = CardMethod.Checkout)
{
    public Faults Check(out Cents amount)
    {
        var faults = new Faults();
        amount = UsdText.Read("amount", Amount, faults);
        return faults;
    }
}
