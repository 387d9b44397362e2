using System.Numerics.Tensors;

namespace Marketplace.Training.Passes;

/// <summary>
/// Causal attention of queries in groups that share keys and values. Vaswani et al. 2017; Ainslie et al. 2023.
/// </summary>
/// <param name="heads">Heads of queries.</param>
/// <param name="keyValueHeads">Heads of keys and values; a divisor of the former.</param>
/// <param name="headSize">Elements of a head.</param>
internal sealed class AttentionPass(int heads, int keyValueHeads, int headSize)
{
    private readonly float _scale = 1 / MathF.Sqrt(headSize);

    private int QueryRow => heads * headSize;

    private int KeyRow => keyValueHeads * headSize;

    /// <param name="probabilities">[heads, positions, positions], for the way back.</param>
    /// <param name="y">Overwritten.</param>
    public void Forward(
        ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, int positions, Span<float> probabilities,
        Span<float> y)
    {
        for (var head = 0; head < heads; head++)
        {
            var group = head / (heads / keyValueHeads) * headSize;

            for (var at = 0; at < positions; at++)
            {
                var row = probabilities.Slice(((head * positions) + at) * positions, at + 1);
                var place = (at * QueryRow) + (head * headSize);
                var query = q.Slice(place, headSize);

                for (var seen = 0; seen <= at; seen++)
                {
                    row[seen] = TensorPrimitives.Dot(query, k.Slice((seen * KeyRow) + group, headSize)) * _scale;
                }

                TensorPrimitives.SoftMax(row, row);
                var sum = y.Slice(place, headSize);
                sum.Clear();

                for (var seen = 0; seen <= at; seen++)
                {
                    TensorPrimitives.MultiplyAdd(v.Slice((seen * KeyRow) + group, headSize), row[seen], sum, sum);
                }
            }
        }
    }

    /// <summary>Adds to <paramref name="dq"/>, <paramref name="dk"/> and <paramref name="dv"/>.</summary>
    public void Backward(
        ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, int positions,
        ReadOnlySpan<float> probabilities, ReadOnlySpan<float> dy, Span<float> dq, Span<float> dk, Span<float> dv)
    {
        var slopes = new float[positions];

        for (var head = 0; head < heads; head++)
        {
            var group = head / (heads / keyValueHeads) * headSize;

            for (var at = 0; at < positions; at++)
            {
                var row = probabilities.Slice(((head * positions) + at) * positions, at + 1);
                var place = (at * QueryRow) + (head * headSize);
                var slope = dy.Slice(place, headSize);

                for (var seen = 0; seen <= at; seen++)
                {
                    var from = (seen * KeyRow) + group;
                    slopes[seen] = TensorPrimitives.Dot(slope, v.Slice(from, headSize));
                    var dvRow = dv.Slice(from, headSize);
                    TensorPrimitives.MultiplyAdd(slope, row[seen], dvRow, dvRow);
                }

                var mean = TensorPrimitives.Dot(row, slopes.AsSpan(0, at + 1));
                var query = q.Slice(place, headSize);
                var dqRow = dq.Slice(place, headSize);

                for (var seen = 0; seen <= at; seen++)
                {
                    var from = (seen * KeyRow) + group;
                    var score = row[seen] * (slopes[seen] - mean) * _scale;
                    TensorPrimitives.MultiplyAdd(k.Slice(from, headSize), score, dqRow, dqRow);
                    var dkRow = dk.Slice(from, headSize);
                    TensorPrimitives.MultiplyAdd(query, score, dkRow, dkRow);
                }
            }
        }
    }
}
