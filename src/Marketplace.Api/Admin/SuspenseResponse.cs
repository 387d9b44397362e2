using Marketplace.Domain.Ledger;
using Marketplace.Grains.Abstractions.Payments;

namespace Marketplace.Api.Admin;

/// <summary>A transfer that came in without an owner.</summary>
/// <param name="Signature">The transaction on chain.</param>
/// <param name="TokenAccount">Our account that it went to.</param>
/// <param name="Amount" example="12.500000">USDC.</param>
/// <param name="Sender">The wallet that it came from: a hint only, exchanges share theirs.</param>
/// <param name="Slot" example="284">The slot.</param>
/// <param name="At">When it was written.</param>
internal sealed record SuspenseResponse(
    string Signature, string TokenAccount, Usdc Amount, string? Sender, long Slot, DateTimeOffset At)
{
    public static SuspenseResponse From(SuspenseView view) =>
        new(view.Signature, view.TokenAccount, view.Amount, view.Sender, view.Slot, view.At);
}
