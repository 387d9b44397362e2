using ILGPU;
using Marketplace.Compute.Ilgpu;
using Marketplace.Compute.Inference.Kernels;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>
/// Last hidden states of sequences on a device, read back after each step. Used by one thread at a time.
/// </summary>
internal sealed class IlgpuStates : ILlamaStates
{
    private readonly IlgpuLlama _device;
    private readonly DeviceRoom _room;
    private readonly IlgpuForward _forward;
    private readonly int _dimension;
    private readonly int _stride;
    private readonly ArrayView<float> _states;
    private readonly PageLocked<float> _copied;
    private int _rows;

    /// <summary>To be called within a turn.</summary>
    public IlgpuStates(IlgpuLlama device, StatesSize size)
    {
        (_device, _room, _dimension) = (device, new(device.Accelerator), device.Model.Shape.Dimension);
        _stride = new ResidualSize(1, _dimension).Stride;

        try
        {
            var cache = new IlgpuCache(_room, device.Model.Shape, size.Blocks);
            _forward = new(
                device, _room, cache, new BatchSize(size.Blocks, size.Rows, Sequences: 1), size.Positions);
            _states = _room.Of<float>((long)size.Rows * _stride);
            _copied = _room.Copied<float>(_states.Length);
        }
        catch
        {
            // Memory that did not suffice must not stay taken.
            _room.Dispose();
            throw;
        }
    }

    public void Forward(ReadOnlySpan<BatchSlice> slices)
    {
        _rows = 0;
        var rows = BatchSlice.RowsOf(slices);

        lock (_device.Turn)
        {
            _forward.Run(slices, []);
            _forward.States(_states);
            _copied.Read(_states, rows * _stride);
        }

        _rows = rows;
    }

    public ReadOnlySpan<float> State(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)_rows, nameof(row));
        return _copied.Span.Slice(row * _stride, _dimension);
    }

    public void Dispose()
    {
        _rows = 0;

        lock (_device.Turn)
        {
            _room.Dispose();
        }
    }
}
