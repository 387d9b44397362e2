using Marketplace.Ledger.Verify;

namespace Marketplace.Host.Ledger;

/// <summary>
/// Audits the books, and looks again where nothing but a difference with the outside was found: books and outside are
/// never read at the same moment, so only a difference that is still there counts.
/// </summary>
internal sealed class ConfirmedLook(BooksAudit audit, TimeSpan confirmAfter, TimeProvider clock)
{
    /// <summary>Compared with something that moves by itself, so that one look can be wrong.</summary>
    private static readonly HashSet<string> AgainstOutside = new(["7", "8", "12", "anchors"], StringComparer.Ordinal);

    public async Task<BooksReport> Run(BooksEvidence evidence, BooksScope scope, CancellationToken cancel)
    {
        var report = await audit.Verify(evidence, scope, cancel);

        if (report.Holds || !Broken(report).All(found => AgainstOutside.Contains(found.Id)))
        {
            return report;
        }

        await Task.Delay(confirmAfter, clock, cancel);
        return Confirmed(report, await audit.Verify(evidence, scope, cancel));
    }

    private static IEnumerable<InvariantResult> Broken(BooksReport report) =>
        report.Invariants.Where(found => found.Standing == Standing.Broken);

    /// <summary>
    /// Of differences with the outside only those that were found both times count; a source that went away in between
    /// confirms nothing.
    /// </summary>
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
}
