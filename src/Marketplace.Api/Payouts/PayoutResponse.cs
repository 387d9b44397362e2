using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Payouts;

namespace Marketplace.Api.Payouts;

/// <summary>A payout in USDC on Solana.</summary>
/// <param name="Id" example="pay_01j9zq8k3v7r2m5x4c6b8n0t1w">The payout.</param>
/// <param name="Provider" example="prov_01j9zq8k3v7r2m5x4c6b8n0t1w">Who is paid.</param>
/// <param name="Amount" example="3.400000">USDC that leave the balance.</param>
/// <param name="Wallet" example="9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM">Where it goes.</param>
/// <param name="State" example="posted">requested, review, held, signed, sent, posted, refused or frozen.</param>
/// <param name="Signature">The transaction on chain, once there is one.</param>
/// <param name="Trouble">What keeps it, or null.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="PaidAt">When it was final on chain.</param>
/// <param name="Speed" example="standard">standard or instant.</param>
/// <param name="Fee" example="0.000000">Part of the amount that does not arrive; zero for a standard payout.</param>
/// <param name="DueAt">The run that it goes out with, while it waits for one.</param>
/// <param name="Rail" example="solana">The rail it is paid on.</param>
internal sealed record PayoutResponse(
    PayoutId Id,
    ProviderId Provider,
    Usdc Amount,
    string Wallet,
    string State,
    string? Signature,
    string? Trouble,
    DateTimeOffset CreatedAt,
    DateTimeOffset? PaidAt,
    string Speed,
    Usdc Fee,
    DateTimeOffset? DueAt,
    string Rail)
{
    public static PayoutResponse From(PayoutView view) => new(
        view.Id,
        view.Provider,
        view.Amount,
        view.Wallet,
        view.State,
        view.Signature,
        view.Trouble,
        view.CreatedAt,
        view.PaidAt,
        view.Speed == PayoutSpeed.Instant ? CreatePayoutRequest.Instant : CreatePayoutRequest.Standard,
        view.Fee,
        view.DueAt,
        view.Rail.Value);
}
