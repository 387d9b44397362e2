using Marketplace.Domain;
using Marketplace.Grains.Abstractions.Payouts;
using Marketplace.Ledger;
using Marketplace.Ledger.Seals;
using Marketplace.Ledger.Verify;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Ledger;

/// <summary>
/// Audits the books. A break stops all money that goes out, with an act in the audit log; it is never repaired here,
/// and payouts go on only when an administrator says so. A fault of the outside breaks nothing.
/// </summary>
internal sealed partial class BooksWatch(
    BooksAudit audit,
    IAuditLog acts,
    IGrainFactory grains,
    SealFolder seals,
    BooksInstruments instruments,
    IEnumerable<IChainEvidence> chain,
    IEnumerable<IStripeEvidence> stripe,
    IEnumerable<ILeaseEvidence> leases,
    IOptions<BooksOptions> options,
    TimeProvider clock,
    ILogger<BooksWatch> log)
{
    private const string Actor = "books";
    private const string Subject = "books";
    private const int ReasonLengthMax = 480;

    /// <summary>Compared with something that moves by itself, so that one look can be wrong.</summary>
    private static readonly HashSet<string> AgainstOutside = new(["7", "8", "12"], StringComparer.Ordinal);

    private string _told = string.Empty;

    /// <summary>Looks once.</summary>
    public async Task<BooksReport> Look(BooksScope scope, CancellationToken cancel)
    {
        var evidence = new BooksEvidence
        {
            Chain = chain.LastOrDefault(),
            Stripe = stripe.LastOrDefault(),
            Leases = leases.LastOrDefault(),
            Seals = seals,
            Signatures = Ed25519Check.Verify,
        };
        var report = await audit.Verify(evidence, scope, cancel);

        if (!report.Holds && Broken(report).All(found => AgainstOutside.Contains(found.Id)))
        {
            await Task.Delay(options.Value.ConfirmAfter, clock, cancel);
            report = Confirmed(report, await audit.Verify(evidence, scope, cancel));
        }

        instruments.Audited(report);

        foreach (var down in report.Invariants.Where(found => found.Standing == Standing.Unreachable))
        {
            LogUnreachable(down.Id, down.Findings[0]);
        }

        if (!report.Holds)
        {
            await Stop(report.Breaks(), cancel);
        }

        return report;
    }

    private static IEnumerable<InvariantResult> Broken(BooksReport report) =>
        report.Invariants.Where(found => found.Standing == Standing.Broken);

    /// <summary>Of differences with the outside only those that were found both times count.</summary>
    private static BooksReport Confirmed(BooksReport first, BooksReport second)
    {
        var before = Broken(first).SelectMany(found => found.Findings).ToHashSet(StringComparer.Ordinal);

        return second with
        {
            Invariants =
            [
                .. second.Invariants.Select(found =>
                    found.Standing == Standing.Broken && AgainstOutside.Contains(found.Id)
                        ? InvariantResult.From(found.Id, found.Statement, [.. found.Findings.Where(before.Contains)])
                        : found),
            ],
        };
    }

    private async Task Stop(string breaks, CancellationToken cancel)
    {
        LogBroken(breaks);
        var reason = $"books-frozen: {breaks}";
        var act = new AdminAct(Actor, reason.Length > ReasonLengthMax ? reason[..ReasonLengthMax] : reason);
        await grains.GetGrain<IPayoutControlGrain>(0).Freeze(act, cancel);

        if (_told != act.Reason)
        {
            await acts.Record(Actor, "books.broken", Subject, act.Reason, cancel);
            _told = act.Reason;
        }
    }

    [LoggerMessage(1, LogLevel.Critical, "The books are broken and payouts are stopped: {Breaks}")]
    private partial void LogBroken(string breaks);

    [LoggerMessage(2, LogLevel.Warning, "Invariant {Id} of the books could not be checked: {Why}")]
    private partial void LogUnreachable(string id, string why);
}
