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

    private readonly ConfirmedLook _look = new(audit, options.Value.ConfirmAfter, clock);
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
        var report = await _look.Run(evidence, scope, cancel);
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
