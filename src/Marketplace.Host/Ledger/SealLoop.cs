using Marketplace.Ledger.Seals;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Ledger;

/// <summary>Seals blocks of journals that are full or old enough, and copies the seals out of the database.</summary>
internal sealed class SealLoop(
    Sealer sealer, SealFolder copies, IOptions<BooksOptions> options, TimeProvider clock, ILogger<SealLoop> log)
    : Loop(options.Value.SealLookEvery, clock, log)
{
    protected override Task Turn(CancellationToken cancel) =>
        sealer.Run(options.Value.SealEvery, options.Value.SealAfter, copies, cancel);
}
