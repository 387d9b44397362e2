using System.Runtime.Intrinsics;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Host;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Tests.Kernels;

namespace Marketplace.Compute.Inference.Tests.Host;

/// <summary>The Host's SIMD forms against the same plain loops as the kernels.</summary>
public unsafe class HostOperationTests
{
    public static TheoryData<TensorFormat, int, int, int> Sizes => new()
    {
        { TensorFormat.F32, 1, 1, 1 },
        { TensorFormat.F32, 5, 7, 3 },
        { TensorFormat.F32, 6, 66, 9 },
        { TensorFormat.F32, 9, 34, 8 },
        { TensorFormat.F32, 9, 50, 21 },
        { TensorFormat.F16, 5, 37, 1 },
        { TensorFormat.F16, 9, 50, 21 },
        { TensorFormat.F16, 9, 50, 15 },
        { TensorFormat.F16, 9, 50, 6 },
        { TensorFormat.BF16, 6, 40, 5 },
        { TensorFormat.Q8, 3, 32, 1 },
        { TensorFormat.Q8, 9, 96, 5 },
        { TensorFormat.Q8, 9, 96, 7 },
        { TensorFormat.Q8, 6, 64, 8 },
        { TensorFormat.Q8, 9, 96, 19 },
        { TensorFormat.F32, 14, 50, 19 },
        { TensorFormat.F32, 16, 36, 10 },
        { TensorFormat.F32, 7, 32, 18 },
        { TensorFormat.F16, 17, 50, 12 },
        { TensorFormat.Q8, 13, 64, 18 },
        { TensorFormat.Q8, 14, 96, 15 },
        { TensorFormat.Q8, 16, 64, 10 },
        { TensorFormat.Q4, 3, 32, 1 },
        { TensorFormat.Q4, 9, 96, 5 },
        { TensorFormat.Q4K, 6, 512, 3 },
        { TensorFormat.Q4K, 9, 256, 9 },
        { TensorFormat.Q6K, 6, 512, 3 },
        { TensorFormat.Q6K, 9, 256, 9 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_product_is_that_of_the_plain_loop(TensorFormat format, int rows, int columns, int vectors)
    {
        var (stored, exact) = Twin.Stored(format, rows, columns, 1);
        var x = Twin.Values(columns * vectors, 2);
        var y = new float[rows * vectors];

        fixed (byte* weights = stored)
        fixed (float* input = x)
        fixed (float* output = y)
        {
            DotKernel.Rows(weights, format, columns, 0, rows, input, vectors, output, rows);
        }

        Twin.AssertClose(Twin.Multiply(exact, rows, columns, x, vectors), y);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_range_of_rows_has_their_products_and_touches_no_others(
        TensorFormat format, int rows, int columns, int vectors)
    {
        var (stored, _) = Twin.Stored(format, rows, columns, 1);
        var x = Twin.Values(columns * vectors, 2);
        var whole = new float[rows * vectors];

        fixed (byte* weights = stored)
        fixed (float* input = x)
        fixed (float* output = whole)
        {
            DotKernel.Rows(weights, format, columns, 0, rows, input, vectors, output, rows);

            for (var from = 0; from < rows; from++)
            {
                var to = rows - (from / 2);
                var y = Enumerable.Repeat(float.NaN, rows * vectors).ToArray();

                fixed (float* part = y)
                {
                    DotKernel.Rows(weights, format, columns, from, to, input, vectors, part, rows);
                }

                Assert.Equal(
                    whole.Select((sum, at) => at % rows >= from && at % rows < to ? sum : float.NaN), y);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_product_has_the_same_bits_however_rows_and_vectors_are_cut(
        TensorFormat format, int rows, int columns, int vectors)
    {
        var (stored, _) = Twin.Stored(format, rows, columns, 1);
        var x = Twin.Values(columns * vectors, 2);
        var (whole, single) = (new float[rows * vectors], new float[rows * vectors]);

        fixed (byte* weights = stored)
        fixed (float* input = x)
        fixed (float* one = whole)
        fixed (float* other = single)
        {
            DotKernel.Rows(weights, format, columns, 0, rows, input, vectors, one, rows);

            for (var vector = 0; vector < vectors; vector++)
            {
                for (var row = 0; row < rows; row++)
                {
                    DotKernel.Rows(
                        weights, format, columns, row, row + 1, input + (vector * columns), 1, other + (vector * rows), rows);
                }
            }
        }

        Assert.Equal(whole, single);
    }

    [Fact]
    public void Every_finite_half_is_decoded_exactly()
    {
        var halves = Enumerable.Range(short.MinValue, 1 << 16).Select(bits => (short)bits).ToArray();
        var decoded = new float[halves.Length];

        fixed (short* weights = halves)
        fixed (float* output = decoded)
        {
            for (var at = 0; at < halves.Length; at += Vector512<float>.Count)
            {
                new HalfWeights(weights).Load(at).Store(output + at);
            }
        }

        for (var at = 0; at < halves.Length; at++)
        {
            var half = BitConverter.Int16BitsToHalf(halves[at]);
            Assert.True(!Half.IsFinite(half) || ((float)half).Equals(decoded[at]), $"{half} became {decoded[at]}");
            Assert.Equal(halves[at] < 0, float.IsNegative(decoded[at]));
            Assert.True(!Half.IsFinite(half) || (float)half == HalfTable.Pointer[(ushort)halves[at]]);
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(80)]
    public void A_block_of_positions_has_the_bits_of_its_rows(int size)
    {
        const int Rows = 16;
        var keys = Twin.Values(Rows * size, 1);
        var query = Twin.Values(size, 2);
        var (block, single) = (new float[Rows], new float[Rows]);

        fixed (float* k = keys)
        fixed (float* q = query)
        fixed (float* one = block)
        fixed (float* other = single)
        {
            DotBlocks.Block16X1(k, size, q, one);
            DotKernel.Rows((byte*)k, TensorFormat.F32, size, 0, Rows, q, 1, other, Rows);
        }

        Assert.Equal(single, block);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void A_norm_is_that_of_the_plain_loop(int dimension)
    {
        var (x, weight, y) = (Twin.Values(dimension, 1), Twin.Values(dimension, 2), new float[dimension]);

        fixed (float* input = x)
        fixed (float* scale = weight)
        fixed (float* output = y)
        {
            VectorOperations.RmsNorm(input, scale, dimension, 1e-5f, output);
        }

        Twin.AssertClose(Twin.RmsNorm(x, weight, 1e-5f), y);
    }

    [Theory]
    [InlineData(RopePairs.Interleaved)]
    [InlineData(RopePairs.Halves)]
    public void Rotary_positions_are_those_of_the_plain_loop(RopePairs pairs)
    {
        const int Position = 37;
        var x = Twin.Values(24, 1);
        var angles = new RopeTable(RandomLlama.ShapeTiny).AtLeast(Position + 1);
        var expected = Twin.Rope(x, 24, 6, Position, 10_000, pairs);

        fixed (float* inOut = x)
        {
            VectorOperations.Rope(
                inOut, 24, angles.Cosine.AsSpan(Position * 3, 3), angles.Sine.AsSpan(Position * 3, 3), pairs);
        }

        Twin.AssertClose(expected, x);
    }

    [Theory]
    [InlineData(RopePairs.Interleaved)]
    [InlineData(RopePairs.Halves)]
    public void Rotary_positions_have_the_same_bits_pair_by_pair(RopePairs pairs)
    {
        const int Pairs = 38;
        var (x, cosine, sine) = (Twin.Values(4 * Pairs, 1), Twin.Values(Pairs, 2), Twin.Values(Pairs, 3));
        var expected = (float[])x.Clone();

        for (var at = 0; at < 2 * Pairs; at++)
        {
            var (head, pair) = (at / Pairs * 2 * Pairs, at % Pairs);
            var first = head + (pairs == RopePairs.Halves ? pair : 2 * pair);
            var second = first + (pairs == RopePairs.Halves ? Pairs : 1);
            var (a, b) = (x[first], x[second]);
            expected[first] = (a * cosine[pair]) - (b * sine[pair]);
            expected[second] = (a * sine[pair]) + (b * cosine[pair]);
        }

        fixed (float* inOut = x)
        {
            VectorOperations.Rope(inOut, x.Length, cosine, sine, pairs);
        }

        Assert.Equal(expected, x);
    }

    [Fact]
    public void SwiGlu_is_that_of_the_plain_loop()
    {
        var (gate, up) = (Twin.Values(131, 1, 20), Twin.Values(131, 2));
        var expected = Twin.SwiGlu(gate, up);

        fixed (float* inOut = gate)
        fixed (float* factor = up)
        {
            VectorOperations.SwiGlu(inOut, factor, gate.Length);
        }

        Twin.AssertClose(expected, gate);
    }

    [Theory]
    [InlineData(1, 0, 1, 1, 2)]
    [InlineData(1, 9, 4, 2, 6)]
    [InlineData(3, 5, 4, 4, 64)]
    [InlineData(5, 0, 6, 2, 76)]
    [InlineData(3, 5, 4, 2, 6, 4)]
    [InlineData(4, 45, 4, 2, 70)]
    [InlineData(2, 60, 2, 1, 12, 37)]
    [InlineData(2, 60, 8, 2, 16, 37)]
    public void Attention_is_that_of_the_plain_loop(
        int tokens, int position, int heads, int shared, int size, int window = int.MaxValue)
    {
        var sizes = new AttentionCase(tokens, position, heads, shared, size, window);
        var query = Twin.Values(tokens * sizes.Width, 1, 2);
        var keys = Twin.Values(sizes.Seen * sizes.KeyValueWidth, 2, 2);
        var values = Twin.Values(sizes.Seen * sizes.KeyValueWidth, 3);

        // The sequence's blocks lie backwards.
        int[] blocks = [.. Enumerable.Range(0, BlockTable.BlocksFor(sizes.Seen)).Reverse()];
        var results = Enumerable.Range(1, heads / shared).Where(together => heads / shared % together == 0)
            .Select(together => Attended(together, sizes, query, keys, values, blocks)).ToList();

        Twin.AssertClose(AttentionTwin.Of(query, keys, values, sizes), results[0]);
        Assert.All(results, result => Assert.Equal(results[0], result));
    }

    private static float[] Attended(
        int together, AttentionCase sizes, float[] query, float[] keys, float[] values, int[] blocks)
    {
        var y = new float[query.Length];
        var table = new BlockTable(blocks);
        var rows = Enumerable.Range(sizes.Position, sizes.Tokens)
            .Select(position => new AttentionRow(table.Pointer, position)).ToArray();

        fixed (float* q = query)
        fixed (float* k = Paged(keys, sizes, blocks))
        fixed (float* v = Paged(values, sizes, blocks))
        fixed (AttentionRow* row = rows)
        fixed (float* output = y)
        {
            new AttentionBody
            {
                Query = q,
                Keys = k,
                Values = v,
                Stride = (long)BlockTable.Positions * sizes.KeyValueWidth,
                Rows = row,
                Output = output,
                Tokens = sizes.Tokens,
                Heads = sizes.Heads,
                SharedHeads = sizes.KeyValueHeads,
                HeadSize = sizes.HeadSize,
                Window = sizes.Window,
                Together = together,
            }.Run(0, sizes.Heads / together * sizes.Tokens);
        }

        GC.KeepAlive(table);
        return y;
    }

    /// <summary>[position][head][size] to the Host's [block][head][position in the block][size].</summary>
    private static float[] Paged(float[] cache, AttentionCase size, int[] blocks)
    {
        var paged = new float[blocks.Length * BlockTable.Positions * size.KeyValueWidth];

        for (var at = 0; at < cache.Length; at++)
        {
            var (position, within) = (at / size.KeyValueWidth, at % size.KeyValueWidth);
            var (head, element) = (within / size.HeadSize, within % size.HeadSize);
            var (block, row) = (blocks[position / BlockTable.Positions], position % BlockTable.Positions);
            var line = (((block * size.KeyValueHeads) + head) * BlockTable.Positions) + row;
            paged[(line * size.HeadSize) + element] = cache[at];
        }

        return paged;
    }
}
