using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>
/// Several sequences on a device, with one cache and one pass over the weights a step. A sequence's logits have the
/// bits that <see cref="IlgpuSequence"/> gives it alone. Used by one thread at a time.
/// </summary>
internal sealed class IlgpuBatch : ILlamaBatch
{
    private readonly IlgpuLlama _device;
    private readonly DeviceRoom _room;
    private readonly IlgpuForward _forward;
    private readonly BatchSize _size;
    private readonly List<int> _rows = [];
    private bool _disposed;

    /// <summary>To be called within a turn.</summary>
    public IlgpuBatch(IlgpuLlama device, BatchSize size)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size.Sequences, size.Rows);
        (_device, _size, _room) = (device, size, new(device.Accelerator));

        try
        {
            _forward = new(
                device, _room, new(_room, device.Model.Shape, size.Blocks), size, PositionsMax);
        }
        catch
        {
            // Memory that did not suffice must not stay taken.
            _room.Dispose();
            throw;
        }
    }

    public int PositionsMax =>
        (int)Math.Min(_device.Model.Shape.Context, (long)_size.Blocks * BlockTable.Positions);

    public void Forward(ReadOnlySpan<BatchSlice> slices)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        BatchSlice.LogitRowsOf(slices, _rows);

        lock (_device.Turn)
        {
            _forward.Run(slices, [.. _rows]);
        }
    }

    public ReadOnlySpan<float> Logits(int number)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)number, (uint)_rows.Count, nameof(number));
        return _forward.LogitsOf(number);
    }

    public void Share(int count, Action<int, int> work) => Parallel.For(0, count, at => work(at, at + 1));

    public void Dispose()
    {
        _disposed = true;

        lock (_device.Turn)
        {
            _room.Dispose();
        }
    }
}
