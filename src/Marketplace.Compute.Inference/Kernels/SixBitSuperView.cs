using ILGPU;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Weights as Q6_K: whole blocks, word by word, but for the scale of scales.</summary>
internal readonly struct SixBitSuperView(ArrayView<uint> words, ArrayView<ushort> scales) : IWeightView
{
    private const int Words = SixBitSuperBlock.ScaleAt / 4;
    private const int Pieces = SixBitSuperBlock.Weights / WeightTile.Piece;
    private const int QuarterWords = WeightTile.Piece / 4;
    private const int FoursOfPart = SixBitSuperBlock.Part / WeightTile.Four;

    private readonly ArrayView<uint> _words = words;
    private readonly ArrayView<ushort> _scales = scales;

    public WeightPiece Piece(long place, int lane)
    {
        var block = place / Pieces;
        var piece = (int)(place % Pieces);
        var half = piece / 4;
        var quarter = piece % 4;
        var first = (block * Words * WeightTile.Rows) + lane;
        var pair = (int)_words[first + (((SixBitSuperBlock.ScalesAt / 4) + (piece / 2)) * WeightTile.Rows)]
            >> ((piece & 1) * 16);
        var scale = HalfView.Decode(_scales[(block * WeightTile.Rows) + lane]);
        return new(
            first + (((half * 2 * QuarterWords) + (quarter % 2 * QuarterWords)) * WeightTile.Rows),
            scale * (pair << 24 >> 24),
            scale * (pair << 16 >> 24),
            quarter / 2 * 4,
            first + (((SixBitSuperBlock.HighAt / 4) + (half * QuarterWords)) * WeightTile.Rows),
            quarter * 2);
    }

    public FourWeights Four(WeightPiece piece, int four)
    {
        var low = _words[piece.At + (four * WeightTile.Rows)] >> piece.Shift;
        var high = _words[piece.HighAt + (four * WeightTile.Rows)] >> piece.HighShift;
        var scale = four < FoursOfPart ? piece.Scale : piece.Other;
        return new(
            scale * Bits(low, high),
            scale * Bits(low >> 8, high >> 8),
            scale * Bits(low >> 16, high >> 16),
            scale * Bits(low >> 24, high >> 24));
    }

    private static int Bits(uint low, uint high) => (int)((low & 0xF) | ((high & 3) << 4)) - SixBitSuperBlock.Zero;
}
