using ILGPU;
using ILGPU.Runtime;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>Device memory that belongs together; used and disposed within turns.</summary>
internal sealed class DeviceRoom(Accelerator accelerator) : IDisposable
{
    private readonly List<MemoryBuffer> _buffers = [];

    /// <summary>Room with nothing in it that could be relied on.</summary>
    public ArrayView<T> Of<T>(long elements)
        where T : unmanaged
    {
        var buffer = accelerator.Allocate1D<T>(Math.Max(1, elements));
        _buffers.Add(buffer);
        return buffer.View;
    }

    /// <summary>
    /// Room for vectors that matrices are multiplied with: what lies behind their elements stays zero.
    /// </summary>
    public ArrayView<float> Zeros(long elements)
    {
        var view = Of<float>(elements);
        view.MemSetToZero();
        return view;
    }

    public void Dispose()
    {
        _buffers.ForEach(buffer => buffer.Dispose());
        _buffers.Clear();
    }
}
