using ILGPU;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Weights as Q4_K: whole blocks, word by word.</summary>
internal readonly struct FourBitSuperView(ArrayView<uint> words) : IWeightView
{
    private const int Words = FourBitSuperBlock.Bytes / 4;
    private const int Parts = FourBitSuperBlock.Weights / FourBitSuperBlock.Part;
    private const int PairWords = FourBitSuperBlock.Part / 4;

    private readonly ArrayView<uint> _words = words;

    public WeightPiece Piece(long place, int lane)
    {
        var first = (place / Parts * Words * WeightTile.Rows) + lane;
        var part = (int)(place % Parts);
        var scales = _words[first];

        // As FourBitSuperBlock.PartOf: six bits each, the upper two of the last four parts with the first four.
        var byteAt = (part & 3) * 8;
        var low = _words[first + WeightTile.Rows] >> byteAt;
        var middle = _words[first + (2 * WeightTile.Rows)] >> byteAt;
        var high = _words[first + (3 * WeightTile.Rows)] >> byteAt;
        var scale = part < 4 ? low & 63 : (high & 0xF) | (((low >> 6) & 3) << 4);
        var least = part < 4 ? middle & 63 : ((high >> 4) & 0xF) | (((middle >> 6) & 3) << 4);
        return new(
            first + ((FourBitSuperBlock.NibblesAt / 4) + (part / 2 * PairWords)) * WeightTile.Rows,
            HalfView.Decode(scales) * (int)scale,
            HalfView.Decode(scales >> 16) * (int)least,
            (part & 1) * 4);
    }

    public FourWeights Four(WeightPiece piece, int four)
    {
        var bits = _words[piece.At + (four * WeightTile.Rows)] >> piece.Shift;
        return new(
            (piece.Scale * (int)(bits & 0xF)) - piece.Other,
            (piece.Scale * (int)((bits >> 8) & 0xF)) - piece.Other,
            (piece.Scale * (int)((bits >> 16) & 0xF)) - piece.Other,
            (piece.Scale * (int)((bits >> 24) & 0xF)) - piece.Other);
    }
}
