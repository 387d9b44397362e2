using Marketplace.Compute.Host;

namespace Marketplace.Compute.Inference.Host;

/// <summary>
/// Up to three matrices times the same vectors, their rows counted through: one round of the workers instead of three.
/// </summary>
internal readonly unsafe struct ProductBody(HostMatrix* matrices, int count, float* x, int vectors) : IRangeBody
{
    public void Run(int from, int to)
    {
        var first = 0;

        for (var at = 0; at < count; at++)
        {
            var rows = matrices[at].Rows;
            var (begin, end) = (Math.Max(from - first, 0), Math.Min(to - first, rows));

            if (begin < end)
            {
                matrices[at].Multiply(begin, end, x, vectors);
            }

            first += rows;
        }
    }
}
