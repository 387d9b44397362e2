using Marketplace.Domain;
using Marketplace.Domain.Market;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Verification;
using Marketplace.Ledger;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Ledger;

/// <summary>
/// Makes earnings payable when their holdback has passed: the register's receipts are due then. Safe to run on every
/// host at once, since each receipt has one journal. A receipt that cannot be released is put off, longer each time, so
/// that however many of them there are the others get their turn.
/// </summary>
public sealed partial class HoldbackSweep(
    IBook book, IRegister register, ICheckpoint checkpoint, TimeProvider clock, ILogger<HoldbackSweep> log)
{
    /// <summary>Receipts that are released side by side: posts that come together share commits.</summary>
    public const int ReceiptsMax = 500;

    /// <summary>Rounds of one run; what is due beyond them waits for the next one.</summary>
    public const int RoundsMax = 20;

    internal const string Held = "held";
    internal const string Released = "released";

    /// <summary>How long a receipt is put off after its first failure.</summary>
    internal static readonly TimeSpan PutOffFirst = TimeSpan.FromMinutes(1);

    /// <summary>Longest time that a receipt is put off.</summary>
    internal static readonly TimeSpan PutOffMax = TimeSpan.FromHours(12);

    /// <summary>Releases what is due; answers how many receipts that were.</summary>
    public async Task<int> Run(CancellationToken cancel = default)
    {
        var released = 0;

        for (var round = 0; round < RoundsMax; round++)
        {
            var due = await register.Due(RegisterKinds.Receipt, clock.GetUtcNow(), ReceiptsMax, cancel);
            var dealtWith = await Task.WhenAll(due.Select(row => TryRelease(row, cancel)));
            released += dealtWith.Count(outcome => outcome == Outcome.Released);

            // Rows that could not even be put off are still due and would only come again.
            if (due.Count < ReceiptsMax || dealtWith.Contains(Outcome.StillDue))
            {
                break;
            }
        }

        return released;
    }

    private async Task<Outcome> TryRelease(RegisterRow row, CancellationToken cancel)
    {
        ListDetail.Receipt? detail = null;

        try
        {
            detail = ListDetail.Read<ListDetail.Receipt>(row.Detail);
            var outcome = await Release(row, detail, cancel);

            if (outcome.Stands)
            {
                checkpoint.Reach(Checkpoints.HoldbackPosted);
                return Outcome.Released;
            }

            LogRefused(log, row.Id, outcome.ToString());
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            LogFault(log, fault, row.Id);
        }

        return await PutOff(row, detail, cancel);
    }

    private async Task<PostOutcome> Release(RegisterRow row, ListDetail.Receipt detail, CancellationToken cancel)
    {
        var journal = ReceiptEntry.Hold(detail.Provider, ReceiptId.Parse(row.Id), detail.Share);
        var done = row with { State = Released, DueAt = null };
        var outcome = await book.Post(new() { Journals = [journal], Register = [done] }, cancel);

        if (outcome is PostOutcome.Exists)
        {
            await register.Put([done], cancel);
        }

        return outcome;
    }

    private async Task<Outcome> PutOff(RegisterRow row, ListDetail.Receipt? detail, CancellationToken cancel)
    {
        try
        {
            var failures = (detail?.ReleaseFailures ?? 0) + 1;
            var later = detail is null ? PutOffMax : Backoff.After(failures, PutOffFirst, PutOffMax);
            await register.Put(
                [
                    row with
                    {
                        DueAt = clock.GetUtcNow() + later,
                        Detail = detail is null
                            ? row.Detail
                            : ListDetail.Write(detail with { ReleaseFailures = failures }),
                    },
                ],
                cancel);
            return Outcome.PutOff;
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            LogFault(log, fault, row.Id);
            return Outcome.StillDue;
        }
    }

    private enum Outcome
    {
        Released,
        PutOff,
        StillDue,
    }

    [LoggerMessage(1, LogLevel.Error, "Earnings of receipt {Receipt} stay held: {Outcome}")]
    private static partial void LogRefused(ILogger log, string receipt, string outcome);

    [LoggerMessage(2, LogLevel.Error, "Earnings of receipt {Receipt} stay held; they are looked at again later")]
    private static partial void LogFault(ILogger log, Exception fault, string receipt);
}
