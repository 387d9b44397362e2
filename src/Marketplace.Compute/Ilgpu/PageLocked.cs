using ILGPU;
using ILGPU.Runtime;

namespace Marketplace.Compute.Ilgpu;

/// <summary>
/// Memory of this process that never moves and that the driver of a GPU reads and writes itself, without a copy of its
/// own between: for what goes to and from a device in every step. Used within turns, disposed before the accelerator.
/// </summary>
public sealed class PageLocked<T> : IDisposable
    where T : unmanaged
{
    private readonly PageLockedArray1D<T> _array;
    private readonly AcceleratorStream _stream;
    private bool _isUnderWay;
    private bool _isDisposed;

    /// <param name="accelerator">The device; its default stream has the copies in order with the kernels.</param>
    /// <param name="length">Elements, at least one.</param>
    public PageLocked(Accelerator accelerator, long length)
        : this(accelerator, length, accelerator.DefaultStream)
    {
    }

    /// <summary>With copies in order with what else is on a stream.</summary>
    public PageLocked(Accelerator accelerator, long length, AcceleratorStream stream)
    {
        // ILGPU's own copies to and from such an array take all of it on OpenCL, whatever part is asked for.
        _array = accelerator.AllocatePageLocked1D<T>(length);
        _stream = stream;
    }

    /// <summary>The memory; waits for a copy out of it, so that what is written goes into no earlier copy.</summary>
    /// <exception cref="ObjectDisposedException">It is somebody else's by now.</exception>
    public Span<T> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            Wait();
            return _array.Span;
        }
    }

    /// <summary>Waits for the stream and copies the start of a view to the start of the memory.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is shorter.</exception>
    public ReadOnlySpan<T> Read(ArrayView<T> source, int count)
    {
        Check(source, count);

        if (count > 0)
        {
            source.BeginRead(_stream, _array.Span[..count]);
            _isUnderWay = true;
        }

        return Span[..count];
    }

    /// <summary>Begins to copy the start of the memory to the start of a view.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is shorter.</exception>
    public void Write(ArrayView<T> target, int count)
    {
        Check(target, count);

        if (count > 0)
        {
            target.BeginWrite<T>(_stream, _array.Span[..count]);
            _isUnderWay = true;
        }
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;

        try
        {
            Wait();
        }
        finally
        {
            _array.Dispose();
        }
    }

    private void Check(ArrayView<T> view, int count)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Math.Min(view.Length, _array.Length), nameof(count));
    }

    private void Wait()
    {
        if (_isUnderWay)
        {
            _stream.Synchronize();
            _isUnderWay = false;
        }
    }
}
