using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Marketplace.Compute.Inference.Host;

/// <summary>Weights as F32.</summary>
internal readonly unsafe struct SingleWeights(float* first) : IWeights
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(long at) => Vector512.Load(first + at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(byte* block, int at) => Vector512.Load((float*)block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint OffsetOf(int at) => (nint)at * sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float At(long at) => first[at];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* AddressOf(long at) => (byte*)(first + at);

    /// <summary>
    /// Nothing: rows of floats are long enough for the processor's own prefetch, and asking twice slowed it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(long at)
    {
    }
}
