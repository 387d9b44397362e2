using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// Weights as F16 bits, two a word: decoded by integer operations, since not every device has halves.
/// </summary>
internal readonly struct HalfView(ArrayView<uint> words) : IHalfWeights
{
    private const int SmallestNormal = 0x0400;
    private const float SubnormalStep = 5.9604644775390625e-8f;
    private const float StepsOfOne = 1 << 24;
    private const int Words = WeightTile.Piece / 2;
    private const uint Infinite = 0x7C00;
    private const uint NotANumber = 0x7E00;

    /// <summary>Bits of floats: 2^-14, 2^16 and infinity.</summary>
    private const uint SmallestNormalSingle = 0x38800000;
    private const uint InfiniteSingle = 0x47800000;
    private const uint InfinitySingle = 0x7F800000;

    private readonly ArrayView<uint> _words = words;

    public WeightPiece Piece(long place, int lane) => new((place * Words * WeightTile.Rows) + lane);

    public FourWeights Four(WeightPiece piece, int four)
    {
        var at = piece.At + (four * 2 * WeightTile.Rows);
        var first = _words[at];
        var second = _words[at + WeightTile.Rows];
        return new(Decode(first), Decode(first >> 16), Decode(second), Decode(second >> 16));
    }

    public float ScaleOf(WeightPiece piece) => 1;

    public HalfPairs Halves<TUnit>(TUnit unit, WeightPiece piece, int four)
        where TUnit : struct, IMatrixUnit
    {
        var at = piece.At + (four * 2 * WeightTile.Rows);
        return new(_words[at], _words[at + WeightTile.Rows]);
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

    /// <summary>
    /// The nearest half, by integer operations; ties go to the even one, below the smallest normal half up. What is too
    /// large is infinite.
    /// </summary>
    public static uint Encode(float value)
    {
        var bits = Interop.FloatAsInt(value);
        var magnitude = bits & 0x7FFFFFFF;
        var sign = (bits >> 16) & 0x8000;
        var inSteps = Interop.IntAsFloat(magnitude) * StepsOfOne;
        var steps = (uint)(int)inSteps;
        steps += inSteps - steps >= 0.5f ? 1u : 0u;
        var normal = (magnitude - 0x38000000 + 0xFFF + ((magnitude >> 13) & 1)) >> 13;
        var half = magnitude < SmallestNormalSingle ? steps : normal;
        half = magnitude >= InfiniteSingle ? Infinite : half;
        return sign | (magnitude > InfinitySingle ? NotANumber : half);
    }
}
