using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// Vectors whose elements are sums of two halves, times a power of two for each piece: [vector][piece][four].
/// </summary>
internal readonly struct SplitVectors(ArrayView<SplitFour> fours, ArrayView<float> scales)
{
    private const int Fours = WeightTile.Piece / WeightTile.Four;

    private readonly ArrayView<SplitFour> _fours = fours;
    private readonly ArrayView<float> _scales = scales;

    /// <summary>Pieces that find room.</summary>
    public long Pieces => _scales.Length;

    public SplitFour Four(long piece, int four) => _fours[(piece * Fours) + four];

    public float Scale(long piece) => _scales[piece];

    public void Store(long piece, int four, SplitFour value) => _fours[(piece * Fours) + four] = value;

    public void Store(long piece, float scale) => _scales[piece] = scale;
}
