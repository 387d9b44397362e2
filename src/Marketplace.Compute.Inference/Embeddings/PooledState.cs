namespace Marketplace.Compute.Inference.Embeddings;

/// <summary>
/// The states of one text on their way to its vector, token by token. Summed in double precision and in the order of
/// the tokens, so that the bits do not depend on how the text was cut.
/// </summary>
internal sealed class PooledState(Pooling pooling, int length, int width)
{
    private readonly double[] _sum = new double[width];
    private int _seen;

    /// <summary>Takes the next token's state.</summary>
    public void Add(ReadOnlySpan<float> state)
    {
        var counts = pooling switch
        {
            Pooling.First => _seen == 0,
            Pooling.Last => _seen == length - 1,
            _ => true,
        };

        for (var at = 0; counts && at < width; at++)
        {
            _sum[at] += state[at];
        }

        _seen++;
    }

    /// <summary>Writes the vector, of length 1; a mean's divisor goes with that.</summary>
    /// <exception cref="ArithmeticException">The states have no direction.</exception>
    public void Write(Span<float> vector)
    {
        var squares = 0.0;

        foreach (var sum in _sum)
        {
            squares += sum * sum;
        }

        var norm = Math.Sqrt(squares);

        if (!double.IsFinite(norm) || norm == 0)
        {
            throw new ArithmeticException($"the model's states of a text of {length} tokens have the length {norm}");
        }

        for (var at = 0; at < width; at++)
        {
            vector[at] = (float)(_sum[at] / norm);
        }
    }
}
