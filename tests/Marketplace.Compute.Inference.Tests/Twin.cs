using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Tests;

/// <summary>Plain loops in double precision that every form of an operation is compared with, and their random input.</summary>
internal static class Twin
{
    public static float[] Values(int count, int seed, float spread = 1f)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => ((random.NextSingle() * 2) - 1) * spread)];
    }

    /// <summary>Random rows as stored, and what they mean exactly.</summary>
    public static (byte[] Stored, float[] Exact) Stored(TensorFormat format, int rows, int columns, int seed)
    {
        var bytes = (int)RowFormat.RowBytes(format, columns);
        var stored = new byte[rows * bytes];
        var exact = new float[rows * columns];

        for (var row = 0; row < rows; row++)
        {
            RowFormat.Encode(format, Values(columns, seed + row), stored.AsSpan(row * bytes, bytes));
            RowFormat.Decode(format, stored.AsSpan(row * bytes, bytes), exact.AsSpan(row * columns, columns));
        }

        return (stored, exact);
    }

    /// <summary>y[v, row] = row · x[v].</summary>
    public static float[] Multiply(float[] matrix, int rows, int columns, float[] x, int vectors)
    {
        var y = new float[vectors * rows];

        for (var vector = 0; vector < vectors; vector++)
        {
            for (var row = 0; row < rows; row++)
            {
                var sum = 0.0;

                for (var column = 0; column < columns; column++)
                {
                    sum += (double)matrix[(row * columns) + column] * x[(vector * columns) + column];
                }

                y[(vector * rows) + row] = (float)sum;
            }
        }

        return y;
    }

    public static float[] RmsNorm(float[] x, float[] weight, float epsilon)
    {
        var y = new float[x.Length];

        for (var first = 0; first < x.Length; first += weight.Length)
        {
            var squares = x.Skip(first).Take(weight.Length).Sum(value => (double)value * value);
            var scale = 1 / Math.Sqrt((squares / weight.Length) + epsilon);

            for (var at = 0; at < weight.Length; at++)
            {
                y[first + at] = (float)(x[first + at] * scale * weight[at]);
            }
        }

        return y;
    }

    public static float[] SwiGlu(float[] gate, float[] up) =>
        [.. gate.Zip(up, (g, u) => (float)(g / (1 + Math.Exp(-g)) * u))];

    public static float[] SoftMax(float[] x)
    {
        var weights = x.Select(value => Math.Exp(value - (double)x.Max())).ToArray();
        return [.. weights.Select(weight => (float)(weight / weights.Sum()))];
    }

    /// <summary>Pairs turned by position * base^(-2 pair / head size).</summary>
    public static float[] Rope(
        float[] x, int width, int headSize, int position, double ropeBase, RopePairs pairs = RopePairs.Interleaved)
    {
        var y = new float[x.Length];

        for (var at = 0; at < x.Length; at += 2)
        {
            var angle = (position + (at / width)) * Math.Pow(ropeBase, -(double)(at % headSize) / headSize);
            var isHalves = pairs == RopePairs.Halves;
            var first = isHalves ? (at / headSize * headSize) + (at % headSize / 2) : at;
            var second = isHalves ? first + (headSize / 2) : at + 1;
            y[first] = (float)((x[first] * Math.Cos(angle)) - (x[second] * Math.Sin(angle)));
            y[second] = (float)((x[first] * Math.Sin(angle)) + (x[second] * Math.Cos(angle)));
        }

        return y;
    }

    public static void AssertClose(float[] expected, float[] found, float tolerance = 1e-5f)
    {
        Assert.Equal(expected.Length, found.Length);

        for (var at = 0; at < expected.Length; at++)
        {
            var allowed = tolerance * Math.Max(1, MathF.Abs(expected[at]));
            Assert.True(MathF.Abs(expected[at] - found[at]) <= allowed, $"[{at}]: {found[at]}, expected {expected[at]}");
        }
    }
}
