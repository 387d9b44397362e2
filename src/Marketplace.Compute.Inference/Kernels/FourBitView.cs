using ILGPU;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Weights as Q4_0: a byte has weight j below and weight j + 16 above; a scale for each piece.</summary>
internal readonly struct FourBitView(ArrayView<uint> words, ArrayView<ushort> scales) : IHalfWeights
{
    private const int Words = WeightTile.Piece / 8;
    private const uint LowNibbles = 0x0F0F0F0F;

    private readonly ArrayView<uint> _words = words;
    private readonly ArrayView<ushort> _scales = scales;

    public WeightPiece Piece(long place, int lane) => new(
        (place * Words * WeightTile.Rows) + lane,
        HalfView.Decode(_scales[(place * WeightTile.Rows) + lane]));

    public float ScaleOf(WeightPiece piece) => piece.Scale;

    public HalfPairs Halves<TUnit>(TUnit unit, WeightPiece piece, int four)
        where TUnit : struct, IMatrixUnit
    {
        var bits = _words[piece.At + ((four & 3) * WeightTile.Rows)] >> (four / Words * 4);
        return ByteHalves.Of(unit, bits & LowNibbles, FourBitBlock.Zero);
    }

    public FourWeights Four(WeightPiece piece, int four)
    {
        var bits = _words[piece.At + ((four & 3) * WeightTile.Rows)] >> (four / Words * 4);
        return new(
            piece.Scale * ((int)(bits & 0xF) - FourBitBlock.Zero),
            piece.Scale * ((int)((bits >> 8) & 0xF) - FourBitBlock.Zero),
            piece.Scale * ((int)((bits >> 16) & 0xF) - FourBitBlock.Zero),
            piece.Scale * ((int)((bits >> 24) & 0xF) - FourBitBlock.Zero));
    }
}
