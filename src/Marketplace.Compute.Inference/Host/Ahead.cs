using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Marketplace.Compute.Inference.Host;

/// <summary>
/// Memory that is read next, asked for while something else is computed: the two then take place at once.
/// </summary>
internal unsafe ref struct Ahead(byte* from, byte* to)
{
    private const int Line = 64;

    private byte* _at = from;

    /// <summary>Bytes to ask for at a time so that this many times come to all of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly long Piece(int times) => times == 0 ? 0 : ((to - _at) / times) + Line;

    /// <summary>Asks for the next bytes, at most to the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Ask(long bytes)
    {
        var end = to - _at > bytes ? _at + bytes : to;

        for (; Sse.IsSupported && _at < end; _at += Line)
        {
            Sse.Prefetch0(_at);
        }
    }
}
