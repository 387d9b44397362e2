using ILGPU;
using ILGPU.Algorithms;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// 1 / rms of vectors (Zhang and Sennrich 2019), from partial sums of squares. A product is linear: its vectors come
/// times the norm's weights alone, and whoever adds its parts multiplies with this.
/// </summary>
internal readonly struct NormScale(ArrayView<float> squares, int strips, int dimension, float epsilon)
{
    private readonly ArrayView<float> _squares = squares;

    /// <summary>Partial sums of a vector, a multiple of four; 0 where nothing is scaled.</summary>
    public readonly int Strips = strips;

    private readonly int _dimension = dimension;
    private readonly float _epsilon = epsilon;

    public float Of(int vector)
    {
        float a = 0, b = 0, c = 0, d = 0;
        var first = vector * Strips;

        for (var at = 0; at < Strips; at += 4)
        {
            a += _squares[first + at];
            b += _squares[first + at + 1];
            c += _squares[first + at + 2];
            d += _squares[first + at + 3];
        }

        var mean = ((a + b) + (c + d)) / _dimension;
        return Strips == 0 ? 1f : 1f / XMath.Sqrt(mean + _epsilon);
    }
}
