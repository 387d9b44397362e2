using System.Text.Json;
using Marketplace.Domain.Payouts;
using Marketplace.Ledger;

namespace Marketplace.Grains.Payouts;

/// <summary>What lanes read of a payout's row in the register without asking the payout.</summary>
internal static class PayoutRow
{
    /// <summary>The rail it is to be paid on; rows from before there were others are of the first one.</summary>
    public static RailName RailOf(RegisterRow row)
    {
        using var detail = JsonDocument.Parse(row.Detail);
        return detail.RootElement.TryGetProperty("rail", out var rail)
            ? RailName.Parse(rail.GetString()!)
            : RailName.Solana;
    }
}
