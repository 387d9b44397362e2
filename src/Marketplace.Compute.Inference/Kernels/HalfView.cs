using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// Weights as F16 bits, two a word: decoded by integer operations, since not every device has halves.
/// </summary>
internal readonly struct HalfView(ArrayView<uint> words) : IWeightView
{
    private const int SmallestNormal = 0x0400;
    private const float SubnormalStep = 5.9604644775390625e-8f;
    private const int Words = WeightTile.Piece / 2;

    private readonly ArrayView<uint> _words = words;

    public WeightPiece Piece(long place, int lane) => new((place * Words * WeightTile.Rows) + lane);

    public FourWeights Four(WeightPiece piece, int four)
    {
        var at = piece.At + (four * 2 * WeightTile.Rows);
        var first = _words[at];
        var second = _words[at + WeightTile.Rows];
        return new(Decode(first), Decode(first >> 16), Decode(second), Decode(second >> 16));
    }

    /// <summary>
    /// The lower 16 bits; exact for finite halves. Subnormals go through a multiplication: a device may flush such
    /// floats.
    /// </summary>
    public static float Decode(uint half)
    {
        var magnitude = half & 0x7FFF;
        var normal = Interop.IntAsFloat((magnitude << 13) + 0x38000000);
        var value = magnitude < SmallestNormal ? (int)magnitude * SubnormalStep : normal;

        return (half & 0x8000) != 0 ? -value : value;
    }
}
