using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Host;

/// <summary>
/// Several sequences on the processor, with one cache and one pass over the weights a step. A sequence's logits have
/// the bits that <see cref="HostSequence"/> gives it alone. Used by one thread at a time.
/// </summary>
internal sealed unsafe class HostBatch : IDisposable
{
    private readonly HostLlama _host;
    private readonly LlamaShape _shape;
    private readonly BatchSize _size;
    private readonly KeyValueBlocks _cache;
    private readonly HostForward _forward;
    private readonly AlignedFloats _logits;
    private readonly List<int> _rows = [];

    public HostBatch(HostLlama host, BatchSize size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size.Sequences, size.Rows);
        (_host, _shape, _size) = (host, host.Model.Shape, size);
        _cache = new(_shape, size.Blocks);
        _forward = new(host, _cache, size.Rows, PositionsMax);
        _logits = new((long)size.Sequences * _shape.Vocabulary);
    }

    /// <summary>Positions of one sequence at most: the model's context, or all blocks.</summary>
    public int PositionsMax =>
        (int)Math.Min(_shape.Context, (long)_size.Blocks * BlockTable.Positions);

    /// <summary>One step: the tokens of all slices through the model.</summary>
    /// <param name="slices">Of different sequences, with at most the size's rows and logits.</param>
    public void Forward(ReadOnlySpan<BatchSlice> slices)
    {
        _rows.Clear();
        var end = 0;

        foreach (var slice in slices)
        {
            end += slice.Tokens.Length;

            if (slice.WantsLogits)
            {
                _rows.Add(end - 1);
            }
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(_rows.Count, _size.Sequences, nameof(slices));
        _forward.Run(slices);
        _forward.Logits([.. _rows], _logits.Pointer);
    }

    /// <summary>Valid until the next step; may be read by several threads.</summary>
    /// <param name="number">Of the slices that wanted logits, from 0.</param>
    public ReadOnlySpan<float> Logits(int number)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)number, (uint)_rows.Count, nameof(number));
        return new(_logits.Pointer + ((long)number * _shape.Vocabulary), _shape.Vocabulary);
    }

    /// <summary>Work on the numbers below a count, shared among the device's workers.</summary>
    public void Share(int count, Action<int, int> work) => _host.Share(count, work);

    public void Dispose()
    {
        _forward.Dispose();
        _cache.Dispose();
        _logits.Dispose();
    }
}
