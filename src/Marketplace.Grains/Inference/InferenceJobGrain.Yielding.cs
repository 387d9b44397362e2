using Marketplace.Domain.Leases;
using Marketplace.Domain.Market;

namespace Marketplace.Grains.Inference;

/// <summary>
/// How a line of a batch gives way: it goes on later behind the tokens that are there, with those it would have had,
/// since the seed draws them. Nobody has failed.
/// </summary>
internal sealed partial class InferenceJobGrain
{
    /// <summary>The attempt that gives way once it has made a little.</summary>
    private AttemptId? _yielding;

    public async Task<bool> Yield(AttemptId attempt, CancellationToken cancel = default)
    {
        if (!IsCurrent(attempt)
            || !Order.IsBatch
            || Order.Embedding is not null
            || job.State.Yields >= market.Value.YieldsMax)
        {
            return false;
        }

        _yielding = attempt;
        await YieldIfDue(cancel);
        return true;
    }

    private async Task YieldIfDue(CancellationToken cancel)
    {
        if (_yielding is not { } yielding
            || !IsCurrent(yielding)
            || Made() < market.Value.YieldTokensMin)
        {
            return;
        }

        var attempt = job.State.Attempt!;
        _yielding = null;
        LogYielded(log, Id, attempt.Id, attempt.Device, _tokens.Count);
        instruments.Yielded();
        Move(WorkState.Queued);
        BeginAnew();
        await Store(Current() with
        {
            Attempt = null,
            Yields = job.State.Yields + 1,
            Makers = MakersWith(attempt),
        });
        Tell();

        // Due at once: the sweep brings it to the books again.
        await register.Put([Row(clock.GetUtcNow())], cancel);
        await Release(attempt, isUnwanted: true, cancel);
    }
}
