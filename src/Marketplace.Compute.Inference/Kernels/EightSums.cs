using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>The sums of eight vectors.</summary>
internal readonly struct EightSums(
    FourSums s0, FourSums s1, FourSums s2, FourSums s3, FourSums s4, FourSums s5, FourSums s6, FourSums s7)
{
    private readonly FourSums _s0 = s0;
    private readonly FourSums _s1 = s1;
    private readonly FourSums _s2 = s2;
    private readonly FourSums _s3 = s3;
    private readonly FourSums _s4 = s4;
    private readonly FourSums _s5 = s5;
    private readonly FourSums _s6 = s6;
    private readonly FourSums _s7 = s7;

    /// <summary>With four weights times four neighbouring elements of each vector added.</summary>
    public EightSums Plus(FourWeights four, ArrayView<float> x, EightVectors vectors, int stride, int column) => new(
        _s0.Plus(four, x, ((long)vectors.Of(0) * stride) + column),
        _s1.Plus(four, x, ((long)vectors.Of(1) * stride) + column),
        _s2.Plus(four, x, ((long)vectors.Of(2) * stride) + column),
        _s3.Plus(four, x, ((long)vectors.Of(3) * stride) + column),
        _s4.Plus(four, x, ((long)vectors.Of(4) * stride) + column),
        _s5.Plus(four, x, ((long)vectors.Of(5) * stride) + column),
        _s6.Plus(four, x, ((long)vectors.Of(6) * stride) + column),
        _s7.Plus(four, x, ((long)vectors.Of(7) * stride) + column));

    /// <summary>Writes a row's sums of a part.</summary>
    public void Store(ArrayView<float> sums, ProductSize size, EightVectors vectors, int part, int row)
    {
        sums[size.Output(part, vectors.Of(0), row)] = _s0.Total;
        sums[size.Output(part, vectors.Of(1), row)] = _s1.Total;
        sums[size.Output(part, vectors.Of(2), row)] = _s2.Total;
        sums[size.Output(part, vectors.Of(3), row)] = _s3.Total;
        sums[size.Output(part, vectors.Of(4), row)] = _s4.Total;
        sums[size.Output(part, vectors.Of(5), row)] = _s5.Total;
        sums[size.Output(part, vectors.Of(6), row)] = _s6.Total;
        sums[size.Output(part, vectors.Of(7), row)] = _s7.Total;
    }
}
