using ILGPU;
using Marketplace.Compute.Inference.Kernels;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>
/// What attention leaves between its kernels, for as many tokens as find room: at least one that sees all positions.
/// </summary>
internal sealed class AttentionScratch
{
    /// <summary>Floats of weights beyond which tokens take turns: 64 MiB.</summary>
    private const long FloatsMax = 16L << 20;

    private readonly int _heads;
    private readonly long _blocks;

    public AttentionScratch(DeviceRoom room, LlamaShape shape, int rows, int positions)
    {
        _heads = shape.Heads;
        var longest = (long)_heads * BlockTable.BlocksFor(positions);
        _blocks = Math.Max(longest, Math.Min(FloatsMax / BlockTable.Positions, rows * longest));
        Weights = room.Of<float>(_blocks * BlockTable.Positions);
        Blocks = room.Of<float>(2 * _blocks);

        // Spans are kept of tokens that see more than one, so there are at most two for every seventeen blocks.
        Spans = room.Of<float>(((2 * _blocks / (AttentionSize.SpanBlocks + 1)) + (2L * _heads)) * (shape.HeadSize + 2));
    }

    /// <summary>[token][head][block][position].</summary>
    public ArrayView<float> Weights { get; }

    /// <summary>[token][head][block] two numbers.</summary>
    public ArrayView<float> Blocks { get; }

    /// <summary>[token][head][span] a head's elements and two numbers.</summary>
    public ArrayView<float> Spans { get; }

    /// <summary>Tokens that find room, where none sees more blocks than this.</summary>
    public int RowsAtOnce(int blocks) => (int)Math.Min(int.MaxValue, _blocks / ((long)_heads * blocks));
}
