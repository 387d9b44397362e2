using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Host;

/// <summary>
/// Several sequences on the processor, with one cache and one pass over the weights a step. A sequence's logits have
/// the bits that <see cref="HostSequence"/> gives it alone. Used by one thread at a time.
/// </summary>
internal sealed unsafe class HostBatch : ILlamaBatch
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

    public int PositionsMax =>
        (int)Math.Min(_shape.Context, (long)_size.Blocks * BlockTable.Positions);

    public void Forward(ReadOnlySpan<BatchSlice> slices)
    {
        BatchSlice.LogitRowsOf(slices, _rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_rows.Count, _size.Sequences, nameof(slices));
        _forward.Run(slices);
        _forward.Logits([.. _rows], _logits.Pointer);
    }

    public ReadOnlySpan<float> Logits(int number)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)number, (uint)_rows.Count, nameof(number));
        return new(_logits.Pointer + ((long)number * _shape.Vocabulary), _shape.Vocabulary);
    }

    public void Share(int count, Action<int, int> work) => _host.Share(count, work);

    public void Dispose()
    {
        _forward.Dispose();
        _cache.Dispose();
        _logits.Dispose();
    }
}
