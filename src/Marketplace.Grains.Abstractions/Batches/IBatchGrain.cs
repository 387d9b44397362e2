using Marketplace.Domain.Accounts;
using Orleans.Concurrency;

namespace Marketplace.Grains.Abstractions.Batches;

/// <summary>A batch of text requests; key <c>batch_…</c>.</summary>
[GrainInterfaceType("batch"), Alias("IBatchGrain")]
public interface IBatchGrain : IGrainWithStringKey
{
    /// <summary>Stores what is to be run and begins. Again with the same wish: the first answer.</summary>
    [Alias("Start")]
    Task<StartBatchOutcome> Start(AccountId account, NewBatch wanted, CancellationToken cancel = default);

    /// <summary>The batch, or null when it was never started.</summary>
    [AlwaysInterleave]
    [Alias("Describe")]
    Task<BatchView?> Describe(CancellationToken cancel = default);

    /// <summary>
    /// Gives it up: lines under way are cancelled, and what was made is billed. Harmless when it is over; null when it
    /// was never started.
    /// </summary>
    [Alias("Cancel")]
    Task<BatchView?> Cancel(CancellationToken cancel = default);

    /// <summary>One step towards its end, from wherever a crash left it. True while it is not over.</summary>
    [Alias("Wake")]
    Task<bool> Wake(CancellationToken cancel = default);
}
