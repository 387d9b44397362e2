using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payouts;

namespace Marketplace.Api.Payments;

/// <summary>A refund in USDC on chain.</summary>
/// <param name="Id" example="pay_01j9zq8k3v7r2m5x4c6b8n0t1w">The refund; it is named as payouts are.</param>
/// <param name="Account" example="acc_01j9zq8k3v7r2m5x4c6b8n0t1w">
/// Whose balance it takes; null for a deposit without an owner.
/// </param>
/// <param name="Deposit">The transaction of the deposit without an owner that goes back, or null.</param>
/// <param name="Amount" example="12.500000">USDC; all of it arrives.</param>
/// <param name="Address" example="9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM">Where it goes.</param>
/// <param name="Rail" example="solana">The rail it is paid on.</param>
/// <param name="State" example="posted">requested, review, held, signed, sent, posted, refused or frozen.</param>
/// <param name="Signature">The transaction on chain, once there is one.</param>
/// <param name="Trouble">What keeps it, or how it ended without being paid; else null.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="PaidAt">When it was final on chain.</param>
internal sealed record UsdcRefundResponse(
    PayoutId Id,
    AccountId? Account,
    string? Deposit,
    Usdc Amount,
    string Address,
    string Rail,
    string State,
    string? Signature,
    string? Trouble,
    DateTimeOffset CreatedAt,
    DateTimeOffset? PaidAt)
{
    public static UsdcRefundResponse From(UsdcRefund refund) => new(
        refund.Id,
        refund.Account,
        refund.Deposit,
        refund.Amount,
        refund.Wallet,
        refund.Rail.Value,
        refund.State,
        refund.Signature,
        refund.Trouble,
        refund.CreatedAt,
        refund.PaidAt);
}
