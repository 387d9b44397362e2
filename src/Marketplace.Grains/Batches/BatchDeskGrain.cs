using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Batches;
using Marketplace.Ledger;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Batches;

/// <summary>
/// Counts what one account's batches and files are together. The register has what is stored; here is only what it does
/// not have yet, and for how long that is believed.
/// </summary>
[GrainType("batch-desk")]
internal sealed class BatchDeskGrain(IRegister register, IOptions<BatchOptions> options, TimeProvider clock)
    : Grain, IBatchDeskGrain
{
    /// <summary>
    /// How long a batch or a file is believed to come, or a batch to have its lines, that is not heard of: many times
    /// what a look, a sweep and a restart take.
    /// </summary>
    internal static readonly TimeSpan Believed = TimeSpan.FromMinutes(5);

    private static readonly BatchState[] Unfinished =
        [BatchState.Validating, BatchState.InProgress, BatchState.Finalizing, BatchState.Cancelling];

    private readonly Dictionary<string, DateTimeOffset> _batches = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _uploads = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Lines, DateTimeOffset Until)> _shares = new(StringComparer.Ordinal);

    private string Account => this.GetPrimaryKeyString();

    private BatchOptions Limits => options.Value;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // What they have is not known until they ask: as much as they can have.
        foreach (var batch in await Rows(BatchState.InProgress, cancellationToken))
        {
            _shares[batch] = (Limits.LinesInFlight, clock.GetUtcNow() + Believed);
        }
    }

    public async Task<AdmitOutcome> Admit(BatchId batch, CancellationToken cancel = default)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);

        foreach (var state in Unfinished)
        {
            known.UnionWith(await Rows(state, cancel));
        }

        var outcome = Admit(batch.Value, known, _batches, Limits.UnfinishedMax);

        if (outcome is AdmitOutcome.Admitted)
        {
            return outcome;
        }

        // The register comes a moment after its batches: before one is refused they are asked themselves.
        foreach (var over in await Over(known, cancel))
        {
            known.Remove(over);
            _batches.Remove(over);
        }

        return Admit(batch.Value, known, _batches, Limits.UnfinishedMax);
    }

    public Task<int> Share(BatchId batch, int underWay, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();

        foreach (var silent in _shares.Where(share => share.Value.Until < now).Select(share => share.Key).ToArray())
        {
            _shares.Remove(silent);
        }

        _shares.Remove(batch.Value);
        var lines = LineShare.Of(
            Limits.AccountLinesInFlight,
            Limits.LinesInFlight,
            _shares.Count + 1,
            _shares.Values.Sum(share => share.Lines),
            underWay);
        _shares[batch.Value] = (lines, now + Believed);

        return Task.FromResult(lines);
    }

    public Task Leave(BatchId batch, CancellationToken cancel = default)
    {
        _shares.Remove(batch.Value);
        _batches.Remove(batch.Value);
        return Task.CompletedTask;
    }

    public async Task<AdmitOutcome> BeginUpload(FileId file, CancellationToken cancel = default)
    {
        var rows = await register.List(RegisterKinds.File, Account, null, null, Limits.FilesMax, cancel);
        var known = rows.Select(row => row.Id).ToHashSet(StringComparer.Ordinal);

        return Admit(file.Value, known, _uploads, Limits.FilesMax);
    }

    public Task EndUpload(FileId file, CancellationToken cancel = default)
    {
        _uploads.Remove(file.Value);
        return Task.CompletedTask;
    }

    private AdmitOutcome Admit(
        string wanted, HashSet<string> known, Dictionary<string, DateTimeOffset> coming, int most)
    {
        var now = clock.GetUtcNow();

        foreach (var lost in coming.Where(one => one.Value < now).Select(one => one.Key).ToArray())
        {
            coming.Remove(lost);
        }

        known.UnionWith(coming.Keys);

        if (!known.Contains(wanted) && known.Count >= most)
        {
            return new AdmitOutcome.TooMany(most);
        }

        coming[wanted] = now + Believed;
        return new AdmitOutcome.Admitted();
    }

    private async Task<IEnumerable<string>> Over(IEnumerable<string> batches, CancellationToken cancel)
    {
        var views = await Task.WhenAll(
            batches.Select(id => GrainFactory.GetGrain<IBatchGrain>(id).Describe(cancel)));

        return views.OfType<BatchView>().Where(view => StoredBatch.IsEnd(view.State)).Select(view => view.Id.Value);
    }

    private async Task<IEnumerable<string>> Rows(BatchState state, CancellationToken cancel)
    {
        var rows = await register.List(
            RegisterKinds.Batch, Account, BatchGrain.WordOf(state), null, Limits.UnfinishedMax, cancel);

        return rows.Select(row => row.Id);
    }
}
