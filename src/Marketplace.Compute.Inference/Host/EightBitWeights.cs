using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Host;

/// <summary>Weights as Q8_0 blocks: a scale and 32 signed bytes.</summary>
internal readonly unsafe struct EightBitWeights(byte* first, float* halves) : IWeights
{
    /// <summary>Where a block's values begin, behind its scale.</summary>
    public const int ValuesAt = 2;

    private const int Lanes = 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(long at) => Load(AddressOf(at), (int)at);

    /// <summary>
    /// Half a block: 16 bytes times the block's scale. Rows are whole blocks, so no load crosses one.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(byte* block, int at)
    {
        return Values(block + ValuesAt + (at & (RowFormat.Q8Block - 1))) * Vector512.Create(halves[*(ushort*)block]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint OffsetOf(int at) => (nint)((uint)at / RowFormat.Q8Block) * RowFormat.Q8BlockBytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float At(long at)
    {
        var block = AddressOf(at);
        return halves[*(ushort*)block] * (sbyte)block[ValuesAt + (at & (RowFormat.Q8Block - 1))];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(long at) => Prefetch(AddressOf(at));

    /// <summary>
    /// Whole blocks at once, each scale read a single time. The same values as <see cref="Load(long)"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Decode(long from, int count, float* y)
    {
        var block = AddressOf(from);

        for (var at = 0; at < count; at += RowFormat.Q8Block)
        {
            var scale = Vector512.Create(halves[*(ushort*)block]);
            (Values(block + ValuesAt) * scale).Store(y + at);
            (Values(block + ValuesAt + Lanes) * scale).Store(y + at + Lanes);
            block += RowFormat.Q8BlockBytes;
        }
    }

    /// <summary>The block with the weight of this place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* AddressOf(long at) => first + ((long)((ulong)at / RowFormat.Q8Block) * RowFormat.Q8BlockBytes);

    /// <summary>Asks the memory for these bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Prefetch(byte* block)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(block);
        }
    }

    /// <summary>Sixteen values before they are scaled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<float> Values(byte* at) =>
        Vector512.ConvertToSingle(Widen(Vector128.Load((sbyte*)at)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<int> Widen(Vector128<sbyte> bytes)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector512Int32(bytes);
        }

        var (lower, upper) = Vector256.Widen(
            Vector256.Create(Vector128.WidenLower(bytes), Vector128.WidenUpper(bytes)));
        return Vector512.Create(lower, upper);
    }
}
