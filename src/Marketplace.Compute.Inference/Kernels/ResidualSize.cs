namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Sizes of vectors whose squares are summed by several threads each.</summary>
internal readonly struct ResidualSize(int vectors, int dimension)
{
    /// <summary>Elements a thread.</summary>
    private const int Elements = 8;

    public readonly int Vectors = vectors;
    public readonly int Dimension = dimension;

    /// <summary>Threads of a vector; each takes every so-manieth element. A multiple of four.</summary>
    public int Strips => (Dimension + (4 * Elements) - 1) / (4 * Elements) * 4;

    /// <summary>Elements from one weighted vector to the next.</summary>
    public int Stride => WeightTile.StrideOf(Dimension);
}
