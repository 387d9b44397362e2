using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Weights as Q8_0: four signed bytes a word, and a scale for each piece.</summary>
internal readonly struct EightBitView(ArrayView<uint> words, ArrayView<ushort> scales) : IWeightView
{
    private const int Words = WeightTile.Piece / 4;

    private readonly ArrayView<uint> _words = words;
    private readonly ArrayView<ushort> _scales = scales;

    public WeightPiece Piece(long place, int lane) => new(
        (place * Words * WeightTile.Rows) + lane,
        HalfView.Decode(_scales[(place * WeightTile.Rows) + lane]));

    public FourWeights Four(WeightPiece piece, int four)
    {
        var word = (int)_words[piece.At + (four * WeightTile.Rows)];
        return new(
            piece.Scale * (word << 24 >> 24),
            piece.Scale * (word << 16 >> 24),
            piece.Scale * (word << 8 >> 24),
            piece.Scale * (word >> 24));
    }
}
