using System.Runtime.InteropServices;

namespace Marketplace.Compute.Inference.Host;

/// <summary>
/// Floats in native memory on a cache line's border, so that no vector load is split and results do not depend on where
/// an array came to lie. Pages take memory only when they are first written; large arrays have huge ones where the
/// system gives them.
/// </summary>
internal sealed unsafe class AlignedFloats : IDisposable
{
    private const int Alignment = 64;

    public AlignedFloats(long count)
    {
        Count = count;
        var bytes = (nuint)Math.Max(count, 1) * sizeof(float);
        var isHuge = bytes >= HugePages.WorthFrom;
        Pointer = (float*)NativeMemory.AlignedAlloc(bytes, isHuge ? HugePages.Bytes : Alignment);

        if (isHuge)
        {
            HugePages.Ask(Pointer, bytes);
        }
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
