using System.Runtime.InteropServices;

namespace Marketplace.Compute.Inference.Host;

/// <summary>
/// Floats in native memory on a cache line's border, so that no vector load is split and results do not depend on where
/// an array came to lie. Pages take memory only when they are first written.
/// </summary>
internal sealed unsafe class AlignedFloats : IDisposable
{
    private const int Alignment = 64;

    public AlignedFloats(long count)
    {
        Count = count;
        Pointer = (float*)NativeMemory.AlignedAlloc((nuint)Math.Max(count, 1) * sizeof(float), Alignment);
    }

    ~AlignedFloats() => NativeMemory.AlignedFree(Pointer);

    public long Count { get; }

    public float* Pointer { get; private set; }

    public Span<float> Span => new(Pointer, checked((int)Count));

    public void Dispose()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
        GC.SuppressFinalize(this);
    }
}
