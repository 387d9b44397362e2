using Marketplace.Domain;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Verification;
using Marketplace.Ledger;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Ledger;

/// <summary>
/// Makes earnings payable when their holdback has passed: the register's receipts are due then. Safe to run on every
/// host at once, since each receipt has one journal.
/// </summary>
public sealed partial class HoldbackSweep(
    IBook book, IRegister register, ICheckpoint checkpoint, TimeProvider clock, ILogger<HoldbackSweep> log)
{
    /// <summary>Receipts of one run.</summary>
    public const int ReceiptsMax = 500;

    internal const string Held = "held";
    internal const string Released = "released";

    /// <summary>Releases what is due; answers how many receipts that were.</summary>
    public async Task<int> Run(CancellationToken cancel = default)
    {
        var due = await register.Due(RegisterKinds.Receipt, clock.GetUtcNow(), ReceiptsMax, cancel);
        var released = 0;

        foreach (var row in due)
        {
            var detail = ListDetail.Read<ListDetail.Receipt>(row.Detail);
            var journal = ReceiptEntry.Hold(detail.Provider, ReceiptId.Parse(row.Id), detail.Share);
            var done = row with { State = Released, DueAt = null };
            var outcome = await book.Post(new() { Journals = [journal], Register = [done] }, cancel);

            if (outcome is PostOutcome.Exists)
            {
                await register.Put([done], cancel);
            }

            if (outcome.Stands)
            {
                checkpoint.Reach(Checkpoints.HoldbackPosted);
                released++;
            }
            else
            {
                LogRefused(log, row.Id, outcome.ToString());
            }
        }

        return released;
    }

    [LoggerMessage(1, LogLevel.Error, "Earnings of receipt {Receipt} stay held: {Outcome}")]
    private static partial void LogRefused(ILogger log, string receipt, string outcome);
}
