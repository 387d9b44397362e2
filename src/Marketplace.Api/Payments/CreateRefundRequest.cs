using Marketplace.Api.Http;
using Marketplace.Domain.Ledger;

namespace Marketplace.Api.Payments;

/// <summary>Asks for a refund to the card that paid.</summary>
/// <param name="Amount" example="10.00">US dollars, at most what is left of the top-up and of the balance.</param>
internal sealed record CreateRefundRequest(string Amount)
{
    public Faults Check(out Cents amount)
    {
        var faults = new Faults();
        amount = UsdText.Read("amount", Amount, faults);
        return faults;
    }
}
