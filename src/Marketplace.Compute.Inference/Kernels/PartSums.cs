using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Sums of parts as a product leaves them, [part][vector][row], to be added in order.</summary>
internal readonly struct PartSums(ArrayView<float> sums, int parts, int vectors, int rows)
{
    private readonly ArrayView<float> _sums = sums;

    public readonly int Parts = parts;
    public readonly int Vectors = vectors;
    public readonly int Rows = rows;

    /// <summary>Row · vector; zero where there are no parts.</summary>
    public float Of(int vector, int row)
    {
        var sum = 0f;
        var at = ((long)vector * Rows) + row;

        for (var part = 0; part < Parts; part++)
        {
            sum += _sums[at];
            at += (long)Vectors * Rows;
        }

        return sum;
    }
}
