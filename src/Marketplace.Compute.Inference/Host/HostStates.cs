using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Host;

/// <summary>Last hidden states of sequences on the processor. Used by one thread at a time.</summary>
internal sealed unsafe class HostStates : ILlamaStates
{
    private readonly int _dimension;
    private readonly KeyValueBlocks _cache;
    private readonly HostForward _forward;
    private readonly AlignedFloats _states;
    private int _rows;

    public HostStates(HostLlama host, StatesSize size)
    {
        var shape = host.Model.Shape;
        _dimension = shape.Dimension;
        _cache = new(shape, size.Blocks);
        _forward = new(host, _cache, size.Rows, size.Positions);
        _states = new((long)size.Rows * _dimension);
    }

    public void Forward(ReadOnlySpan<BatchSlice> slices)
    {
        _rows = 0;
        _forward.Run(slices);
        var rows = BatchSlice.RowsOf(slices);
        _forward.Hidden([.. Enumerable.Range(0, rows)], _states.Pointer);
        _rows = rows;
    }

    public ReadOnlySpan<float> State(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)_rows, nameof(row));
        return new(_states.Pointer + ((long)row * _dimension), _dimension);
    }

    public void Dispose()
    {
        _rows = 0;
        _forward.Dispose();
        _cache.Dispose();
        _states.Dispose();
    }
}
