using ILGPU;
using ILGPU.Algorithms;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Scores of four neighbouring positions, then their weights.</summary>
internal readonly struct FourScores(float a, float b, float c, float d)
{
    private readonly float _a = a;
    private readonly float _b = b;
    private readonly float _c = c;
    private readonly float _d = d;

    /// <summary>((a + b) + c) + d.</summary>
    public float Sum => _a + _b + _c + _d;

    /// <summary>With an element of the query times the keys' added.</summary>
    public FourScores Plus(float query, ArrayView<float> keys, long at) => new(
        _a + (query * keys[at]),
        _b + (query * keys[at + 1]),
        _c + (query * keys[at + 2]),
        _d + (query * keys[at + 3]));

    /// <summary>The largest score of those from the oldest position to the token's own.</summary>
    public float Largest(float largest, int position, int oldest, int own)
    {
        largest = Sees(position, oldest, own) && _a > largest ? _a : largest;
        largest = Sees(position + 1, oldest, own) && _b > largest ? _b : largest;
        largest = Sees(position + 2, oldest, own) && _c > largest ? _c : largest;
        return Sees(position + 3, oldest, own) && _d > largest ? _d : largest;
    }

    /// <summary>exp(scale (score - largest)); 0 for a position that is not seen, whatever lies there.</summary>
    public FourScores Weights(float largest, float scale, int position, int oldest, int own) => new(
        Sees(position, oldest, own) ? XMath.Exp(scale * (_a - largest)) : 0f,
        Sees(position + 1, oldest, own) ? XMath.Exp(scale * (_b - largest)) : 0f,
        Sees(position + 2, oldest, own) ? XMath.Exp(scale * (_c - largest)) : 0f,
        Sees(position + 3, oldest, own) ? XMath.Exp(scale * (_d - largest)) : 0f);

    public void Store(ArrayView<float> target, long at)
    {
        target[at] = _a;
        target[at + 1] = _b;
        target[at + 2] = _c;
        target[at + 3] = _d;
    }

    private static bool Sees(int position, int oldest, int own) => position >= oldest && position <= own;
}
