using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Serving;

/// <summary>
/// Which texts take part in which step: continuous batching (Yu et al. 2022, "Orca") with prompts in parts (Agrawal et
/// al. 2024, "Sarathi-Serve"). Steps are one thread's; texts are added from any.
/// </summary>
internal sealed class BatchSchedule(ILlamaBatch batch, ServingOptions options)
{
    /// <summary>What a read token and a made one count against a tenant, as in Sheng et al. 2024.</summary>
    public const int ReadWeight = 1;
    public const int MadeWeight = 2;

    private readonly Lock _gate = new();
    private readonly BlockPool _pool = new(options.Blocks);
    private readonly FairQueue<ActiveText> _waiting = new();

    /// <summary>Texts that give way to those of <see cref="_waiting"/>.</summary>
    private readonly FairQueue<ActiveText> _batch = new();
    private readonly List<ActiveText> _running = [];
    private readonly List<BatchSlice> _slices = [];
    private ServingMetrics _metrics = new()
    {
        Waiting = 0,
        Running = 0,
        Blocks = options.Blocks,
        BlocksUsed = 0,
        BlocksKept = 0,
        Steps = 0,
        PromptTokens = 0,
        PrefixHitTokens = 0,
        TokensMade = 0,
        Ended = 0,
        Cancelled = 0,
        GaveWay = 0,
        Faulted = 0,
    };

    private Exception? _closed;

    /// <summary>Texts that began while a batch text waited.</summary>
    private int _overtakes;

    /// <summary>Written by the thread that steps.</summary>
    public ServingMetrics Metrics
    {
        get
        {
            lock (_gate)
            {
                return _metrics with { Waiting = Waiting };
            }
        }
    }

    private int Waiting => _waiting.Count + _batch.Count;

    /// <summary>Lets a text wait for its turn, if it could ever run and not too many do.</summary>
    public SubmitOutcome Add(ActiveText text)
    {
        if (text.Blocks > options.Blocks)
        {
            return new SubmitOutcome.TooLarge(text.Blocks, options.Blocks);
        }

        lock (_gate)
        {
            if (_closed is { } reason)
            {
                text.Wake.Dispose();
                throw new InvalidOperationException("the engine is closed", reason);
            }

            if (Waiting >= options.WaitingMax)
            {
                return new SubmitOutcome.QueueFull(Waiting, options.WaitingMax);
            }

            if (_waiting.CountOf(text.Tenant) + _batch.CountOf(text.Tenant) is var own
                && own >= options.WaitingPerTenantMax)
            {
                return new SubmitOutcome.TenantQueueFull(own, options.WaitingPerTenantMax);
            }

            (text.IsBatch ? _batch : _waiting).Add(text.Tenant, text);
            return new SubmitOutcome.Accepted(text.Shown);
        }
    }

    /// <summary>One step. Answers whether there was anything to do.</summary>
    public bool Step()
    {
        DropCancelled();
        Admit();
        var parts = Plan();

        if (parts.Count > 0)
        {
            Compute(parts);
        }

        Count();
        return parts.Count > 0;
    }

    /// <summary>Ends all that waits or runs; nothing can be added any more. Called once steps have ended.</summary>
    public void Close(Exception reason)
    {
        lock (_gate)
        {
            _closed ??= reason;
            _running.AddRange(_waiting.RemoveAll(_ => true));
            _running.AddRange(_batch.RemoveAll(_ => true));
        }

        foreach (var text in _running.ToList())
        {
            Leave(text);
            text.Shown.Fail(reason);
        }

        Count();
    }

    private void DropCancelled()
    {
        var cancelled = _running.FindAll(text => text.Cancel.IsCancellationRequested);

        lock (_gate)
        {
            cancelled.AddRange(_waiting.RemoveAll(text => text.Cancel.IsCancellationRequested));
            cancelled.AddRange(_batch.RemoveAll(text => text.Cancel.IsCancellationRequested));
        }

        foreach (var text in cancelled)
        {
            Leave(text);
            text.Shown.Fail(new OperationCanceledException(text.Cancel));
        }

        _metrics = _metrics with { Cancelled = _metrics.Cancelled + cancelled.Count };
    }

    /// <summary>
    /// Lets in whose turn it is, as long as there is room. Nobody overtakes the first that finds none, or small texts
    /// would keep a large one waiting for ever; but batch texts give way to others.
    /// </summary>
    private void Admit()
    {
        lock (_gate)
        {
            while (Next() is var queue && queue.TryPeek(out var text))
            {
                if (TryTake(text) is not var (blocks, shared))
                {
                    return;
                }

                queue.Take();
                _overtakes = text.IsBatch || _batch.Count == 0 ? 0 : _overtakes + 1;
                Begin(text, blocks, shared);
            }
        }
    }

    /// <summary>Batch texts wait behind the others, but not for ever.</summary>
    private FairQueue<ActiveText> Next() =>
        _waiting.Count == 0 || (_batch.Count > 0 && _overtakes >= options.OvertakesMax) ? _batch : _waiting;

    private void Begin(ActiveText text, int[] blocks, int shared)
    {
        var again = text.Evictions > 0;
        text.Begin(blocks, shared);
        _running.Add(text);

        if (!again)
        {
            _metrics = _metrics with
            {
                PromptTokens = _metrics.PromptTokens + text.Draft.Next.Length,
                PrefixHitTokens = _metrics.PrefixHitTokens + text.Shown.CachedTokens,
            };
        }
    }

    /// <summary>Room for a text, if need be that of batch texts; null where there is none.</summary>
    private (int[] Blocks, int Shared)? TryTake(ActiveText text)
    {
        if (_running.Count < options.RunningMax && _pool.Take(text.Prefix, text.Blocks, out var shared) is { } free)
        {
            return (free, shared);
        }

        if (text.IsBatch)
        {
            return null;
        }

        // The newest first: of it the least is to be read again.
        var yielding = _running.FindAll(MayGiveWay);

        if (yielding.Count == 0 || !_pool.WouldFit(text.Blocks, yielding.Select(one => one.Taken.ToArray())))
        {
            return null;
        }

        for (var at = yielding.Count - 1; at >= 0; at--)
        {
            GiveWay(yielding[at]);

            if (_pool.Take(text.Prefix, text.Blocks, out shared) is { } left)
            {
                return (left, shared);
            }
        }

        return null;
    }

    private bool MayGiveWay(ActiveText text) => text.IsBatch
        && text.Evictions < options.EvictionsMax
        && text.MadeInRun >= options.EvictionProgressTokens;

    /// <summary>Its blocks stay known for as long as nobody needs the room: then little is to be read again.</summary>
    private void GiveWay(ActiveText text)
    {
        _running.Remove(text);
        _pool.Release(text.Taken);
        text.GiveWay();
        _batch.Return(text.Tenant, text);
        _metrics = _metrics with { GaveWay = _metrics.GaveWay + 1 };
    }

    /// <summary>
    /// One token for each text that has one to go, then parts of prompts, the least served tenant's first.
    /// </summary>
    private List<ActiveText> Plan()
    {
        var parts = new List<ActiveText>();
        _slices.Clear();

        foreach (var text in _running.Where(text => text.Left == 1))
        {
            _slices.Add(text.Take(1));
            parts.Add(text);
        }

        List<ActiveText> reading;

        lock (_gate)
        {
            reading = [.. _running.Where(text => text.Left > 0).OrderBy(text => _waiting.ServedOf(text.Tenant))];
        }

        var rows = options.StepTokens - parts.Count;

        // Beside one for each running text.
        var spare = options.LogitRows - options.RunningMax;

        foreach (var text in reading.TakeWhile(_ => rows > 0))
        {
            var slice = text.Take(Math.Min(text.WantsAll ? Math.Min(rows, 1 + spare) : rows, text.Left));
            rows -= slice.Tokens.Length;
            spare -= Math.Max(0, slice.LogitRows - 1);
            _slices.Add(slice);
            parts.Add(text);
        }

        return parts;
    }

    private void Compute(List<ActiveText> parts)
    {
        try
        {
            batch.Forward([.. _slices]);
        }
#pragma warning disable CA1031 // The readers of this step's texts get it; the others go on.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            parts.ForEach(text => Fail(text, fault));
            return;
        }

        Draw(parts);
        parts.ForEach(Tell);
        _metrics = _metrics with { Steps = _metrics.Steps + 1 };
    }

    private void Draw(List<ActiveText> parts)
    {
        var (drawing, number) = (new List<(ActiveText Text, int Number)>(parts.Count), 0);

        foreach (var text in parts.Where(text => text.LogitRows > 0))
        {
            drawing.Add((text, number));
            number += text.LogitRows;
        }

        batch.Share(drawing.Count, (from, to) =>
        {
            for (var at = from; at < to; at++)
            {
                drawing[at].Text.Draw(batch, drawing[at].Number);
            }
        });
    }

    private void Tell(ActiveText text)
    {
        Charge(text, text.Went(_pool) * ReadWeight);

        if (text.Fault is { } fault)
        {
            Fail(text, fault);
            return;
        }

        if (!text.WantsLogits)
        {
            return;
        }

        if (text.Drawn is { } token)
        {
            Charge(text, MadeWeight);
            _metrics = _metrics with { TokensMade = _metrics.TokensMade + 1 };
            text.Shown.Give(token);
        }

        if (text.Draft.Finish is { } finish)
        {
            Leave(text);
            _metrics = _metrics with { Ended = _metrics.Ended + 1 };
            text.Shown.End(text.Draft);
        }
    }

    private void Charge(ActiveText text, int tokens)
    {
        lock (_gate)
        {
            _waiting.Charge(text.Tenant, tokens);
            _batch.Charge(text.Tenant, tokens);
        }
    }

    private void Fail(ActiveText text, Exception fault)
    {
        Leave(text);
        _metrics = _metrics with { Faulted = _metrics.Faulted + 1 };
        text.Shown.Fail(fault);
    }

    private void Leave(ActiveText text)
    {
        _running.Remove(text);
        _pool.Release(text.Taken);
        text.Wake.Dispose();
    }

    private void Count()
    {
        lock (_gate)
        {
            _metrics = _metrics with
            {
                Running = _running.Count,
                BlocksUsed = _pool.Used,
                BlocksKept = _pool.Kept,
            };
        }
    }
}
