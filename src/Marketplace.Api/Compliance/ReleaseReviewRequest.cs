using Marketplace.Api.Admin;
using Marketplace.Api.Http;
using Marketplace.Domain.Compliance;

namespace Marketplace.Api.Compliance;

/// <summary>Releases a case.</summary>
/// <param name="Reason" example="Another person of the same name: passport seen">3 to 500 characters.</param>
/// <param name="Then" example="pay">
/// What becomes of its payout: pay (it goes on) or return (it ends and its money is payable again).
/// </param>
internal sealed record ReleaseReviewRequest(string Reason, string Then = ReleaseReviewRequest.Pay)
{
    public const string Pay = "pay";
    public const string Return = "return";

    public Faults Check()
    {
        var faults = new Faults();
        ReasonRequest.Check(Reason, faults);

        if (Then is not (Pay or Return))
        {
            faults.Add("then", $"is '{Then}', allowed are {Pay} and {Return}");
        }

        return faults;
    }

    public ReviewEnding ToEnding() => Then == Return ? ReviewEnding.Return : ReviewEnding.Pay;
}
