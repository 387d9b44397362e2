using Marketplace.Domain;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Payouts;

namespace Marketplace.Grains.Payments;

/// <summary>What a source of deposits works with.</summary>
/// <param name="Rows">The credited transfers.</param>
/// <param name="Chunks">Our own payouts: every other transfer out of the treasury is unexplained.</param>
/// <param name="Checkpoint">Reached after each credit.</param>
/// <param name="Alarm">Told of what no book explains.</param>
internal sealed record DepositSetting(
    DepositRows Rows, PayoutChunks Chunks, ICheckpoint Checkpoint, Func<string, CancellationToken, Task> Alarm)
{
    /// <summary>Standing addresses; null where there are none.</summary>
    public StandingSetting? Standing { get; init; }
}
