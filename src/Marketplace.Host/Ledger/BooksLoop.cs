using Marketplace.Ledger.Verify;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Ledger;

/// <summary>Has the books audited: the quick invariants when the host starts, all of them on schedule.</summary>
internal sealed class BooksLoop(
    BooksWatch watch, IOptions<BooksOptions> options, TimeProvider clock, ILogger<BooksLoop> log)
    : Loop(options.Value.VerifyEvery, clock, log)
{
    protected override Task Begin(CancellationToken cancel) => watch.Look(BooksScope.Start, cancel);

    protected override Task Turn(CancellationToken cancel) => watch.Look(BooksScope.Whole, cancel);
}
