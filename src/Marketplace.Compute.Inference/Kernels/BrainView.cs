using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Weights as BF16 bits, two a word: the upper half of a float each.</summary>
internal readonly struct BrainView(ArrayView<uint> words) : IWeightView
{
    private const uint Upper = 0xFFFF0000;
    private const int Words = WeightTile.Piece / 2;

    private readonly ArrayView<uint> _words = words;

    public WeightPiece Piece(long place, int lane) => new((place * Words * WeightTile.Rows) + lane);

    public FourWeights Four(WeightPiece piece, int four)
    {
        var at = piece.At + (four * 2 * WeightTile.Rows);
        var first = _words[at];
        var second = _words[at + WeightTile.Rows];
        return new(
            Interop.IntAsFloat(first << 16),
            Interop.IntAsFloat(first & Upper),
            Interop.IntAsFloat(second << 16),
            Interop.IntAsFloat(second & Upper));
    }
}
