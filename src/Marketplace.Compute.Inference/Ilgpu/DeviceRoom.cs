using ILGPU;
using ILGPU.Runtime;
using Marketplace.Compute.Ilgpu;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>
/// Device memory that belongs together, and what is copied to and from it; used and disposed within turns.
/// </summary>
internal sealed class DeviceRoom(Accelerator accelerator) : IDisposable
{
    private readonly List<IDisposable> _pieces = [];

    /// <summary>Room with nothing in it that could be relied on.</summary>
    public ArrayView<T> Of<T>(long elements)
        where T : unmanaged
    {
        var buffer = accelerator.Allocate1D<T>(Math.Max(1, elements));
        _pieces.Add(buffer);
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

    /// <summary>Memory of this process for what is copied in every step.</summary>
    public PageLocked<T> Copied<T>(long elements)
        where T : unmanaged
    {
        var memory = new PageLocked<T>(accelerator, Math.Max(1, elements));
        _pieces.Add(memory);
        return memory;
    }

    public void Dispose()
    {
        _pieces.ForEach(piece => piece.Dispose());
        _pieces.Clear();
    }
}
