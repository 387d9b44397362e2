using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Marketplace.Compute.Inference.Host;

/// <summary>Weights behind which another worker's begin: nothing is asked for ahead.</summary>
internal readonly unsafe struct LastWeights<TWeights>(TWeights weights) : IWeights
    where TWeights : struct, IWeights
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(long at) => weights.Load(at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(byte* block, int at) => weights.Load(block, at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint OffsetOf(int at) => weights.OffsetOf(at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float At(long at) => weights.At(at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* AddressOf(long at) => weights.AddressOf(at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(long at)
    {
    }
}
