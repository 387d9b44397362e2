using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Weights as Q8_0: four signed bytes a word, and a scale for each piece.</summary>
internal readonly struct EightBitView(ArrayView<uint> words, ArrayView<ushort> scales) : IHalfWeights
{
    private const int Words = WeightTile.Piece / 4;

    /// <summary>With its sign turned over a byte has no sign, and is this much larger.</summary>
    private const uint Signs = 0x80808080;
    private const uint SignOffset = 128;

    private readonly ArrayView<uint> _words = words;
    private readonly ArrayView<ushort> _scales = scales;

    public WeightPiece Piece(long place, int lane) => new(
        (place * Words * WeightTile.Rows) + lane,
        HalfView.Decode(_scales[(place * WeightTile.Rows) + lane]));

    public float ScaleOf(WeightPiece piece) => piece.Scale;

    public HalfPairs Halves<TUnit>(TUnit unit, WeightPiece piece, int four)
        where TUnit : struct, IMatrixUnit =>
        ByteHalves.Of(unit, _words[piece.At + (four * WeightTile.Rows)] ^ Signs, SignOffset);

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
