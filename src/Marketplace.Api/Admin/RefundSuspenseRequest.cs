using Marketplace.Api.Http;
using Marketplace.Api.Payments;
using Marketplace.Api.Providers;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Abstractions.Payments;

namespace Marketplace.Api.Admin;

/// <summary>Sends a deposit without an owner back, all of it.</summary>
/// <param name="Address" example="9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM">
/// The wallet that its sender names when asked: never blindly the one that it came from, which may be an exchange's.
/// </param>
/// <param name="Beneficiary">Who has that wallet; screened by the legal name.</param>
/// <param name="Reason" example="Ticket 91: sent by mistake, address confirmed by phone">3 to 500 characters.</param>
/// <param name="Rail" example="solana">The chain that the deposit came in on.</param>
internal sealed record RefundSuspenseRequest(
    string Address, IdentityRequest Beneficiary, string Reason, string Rail = "solana")
{
    public Faults Check(DateTimeOffset now)
    {
        var faults = new Faults();
        CreateUsdcRefundRequest.Check(Address, Rail, Beneficiary, now, faults);
        ReasonRequest.Check(Reason, faults);
        return faults;
    }

    public NewUsdcRefund ToRefund() => new(null, Address, RailName.Parse(Rail), Beneficiary.ToIdentity());
}
