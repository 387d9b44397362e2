using ILGPU;
using ILGPU.Runtime;

namespace Marketplace.Compute.Ilgpu;

/// <summary>
/// Copies between memory of this process and of a device. ILGPU's own overloads that take a <c>ref</c> (and those on
/// arrays and spans, which call them) hand its address to the driver without pinning it: when the garbage collector
/// moves the array in mid-copy, the driver writes to the place where it was, the caller reads the old content, and
/// something else is overwritten. Here the memory is pinned until the copy has ended.
/// </summary>
public static class PinnedCopies
{
    /// <summary>Waits for the device and copies the start of a view, as many elements as the target has.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The view is shorter than the target.</exception>
    public static unsafe void Read<T>(this ArrayView<T> source, Span<T> target)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(target.Length, source.Length, nameof(target));

        if (target.IsEmpty)
        {
            return;
        }

        fixed (T* address = target)
        {
            source.SubView(0, target.Length).CopyToCPU(ref *address, target.Length);
        }
    }

    /// <summary>Copies all of the source to the start of a view; ended when it returns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The view is shorter than the source.</exception>
    public static unsafe void Write<T>(this ArrayView<T> target, ReadOnlySpan<T> source)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(source.Length, target.Length, nameof(source));

        if (source.IsEmpty)
        {
            return;
        }

        fixed (T* address = source)
        {
            target.SubView(0, source.Length).CopyFromCPU(ref *address, source.Length);
        }
    }

    /// <summary>
    /// Begins a copy of the start of a view into memory that never moves; ended when the stream has come there.
    /// </summary>
    internal static unsafe void BeginRead<T>(this ArrayView<T> source, AcceleratorStream stream, Span<T> unmoved)
        where T : unmanaged
    {
        fixed (T* address = unmoved)
        {
            source.SubView(0, unmoved.Length).CopyToCPUUnsafeAsync(stream, ref *address, unmoved.Length);
        }
    }

    /// <summary>
    /// Begins a copy of memory that never moves to the start of a view; ended when the stream has come there.
    /// </summary>
    internal static unsafe void BeginWrite<T>(
        this ArrayView<T> target, AcceleratorStream stream, ReadOnlySpan<T> unmoved)
        where T : unmanaged
    {
        fixed (T* address = unmoved)
        {
            target.SubView(0, unmoved.Length).CopyFromCPUUnsafeAsync(stream, ref *address, unmoved.Length);
        }
    }

    /// <summary>New memory of the device with a copy of the source.</summary>
    public static MemoryBuffer1D<T, Stride1D.Dense> Upload<T>(this Accelerator accelerator, ReadOnlySpan<T> source)
        where T : unmanaged
    {
        var buffer = accelerator.Allocate1D<T>(source.Length);
        buffer.View.AsContiguous().Write(source);

        return buffer;
    }

    /// <summary>All elements of a piece of device memory, once the device has finished.</summary>
    public static T[] Download<T>(this MemoryBuffer1D<T, Stride1D.Dense> buffer)
        where T : unmanaged
    {
        var elements = new T[buffer.Length];
        buffer.View.AsContiguous().Read(elements);

        return elements;
    }
}
