using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Weights as F32, one a word.</summary>
internal readonly struct SingleView(ArrayView<uint> words) : IWeightView
{
    private readonly ArrayView<uint> _words = words;

    public WeightPiece Piece(long place, int lane) => new((place * WeightTile.Piece * WeightTile.Rows) + lane);

    public FourWeights Four(WeightPiece piece, int four)
    {
        var at = piece.At + (four * WeightTile.Four * WeightTile.Rows);
        return new(
            Interop.IntAsFloat(_words[at]),
            Interop.IntAsFloat(_words[at + WeightTile.Rows]),
            Interop.IntAsFloat(_words[at + (2 * WeightTile.Rows)]),
            Interop.IntAsFloat(_words[at + (3 * WeightTile.Rows)]));
    }
}
