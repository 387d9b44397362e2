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
        where T : unmanaged =>
        Keep(accelerator.Allocate1D<T>(Math.Max(1, elements))).View;

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
        where T : unmanaged =>
        Keep(new PageLocked<T>(accelerator, Math.Max(1, elements)));

    /// <summary>Something that is given back with the rest.</summary>
    public TPiece Keep<TPiece>(TPiece piece)
        where TPiece : IDisposable
    {
        _pieces.Add(piece);
        return piece;
    }

    /// <summary>Gives all of it back, whatever the device says of one piece.</summary>
    /// <exception cref="AggregateException">It said something.</exception>
    public void Dispose()
    {
        var faults = new List<Exception>();

        foreach (var piece in _pieces)
        {
            try
            {
                piece.Dispose();
            }
            catch (Exception fault)
            {
                faults.Add(fault);
            }
        }

        _pieces.Clear();

        if (faults.Count > 0)
        {
            throw new AggregateException("Memory of the device could not be given back.", faults);
        }
    }
}
