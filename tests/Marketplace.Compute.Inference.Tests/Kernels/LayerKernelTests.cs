using ILGPU.Runtime;
using Marketplace.Compute.Ilgpu;
using Marketplace.Compute.Inference.Ilgpu;
using Marketplace.Compute.Inference.Kernels;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Tests.Kernels;

[Trait("Category", "Kernel")]
[Collection(nameof(KernelDevice))]
public class LayerKernelTests(KernelDevice device)
{
    private const float Epsilon = 1e-5f;

    private Accelerator Accelerator => device.Accelerator;

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(3, 7, 1)]
    [InlineData(2, 75, 3)]
    public void A_residual_is_added_and_normed_as_by_the_plain_loop(int vectors, int dimension, int parts)
    {
        var (x, weight) = (Twin.Values(vectors * dimension, 1), Twin.Values(dimension, 2));
        var sums = Twin.Values(Math.Max(1, parts) * x.Length, 3);
        var expected = x.Select((value, at) => value
            + Enumerable.Range(0, parts).Sum(part => sums[(part * x.Length) + at])).ToArray();
        var size = new ResidualSize(vectors, dimension);
        using var inOut = Accelerator.Upload(x);
        using var scale = Accelerator.Upload(weight);
        using var addends = Accelerator.Upload(sums);
        using var weighted = Accelerator.Allocate1D<float>(vectors * size.Stride);
        using var squares = Accelerator.Allocate1D<float>(vectors * size.Strips);
        using var normed = Accelerator.Allocate1D<float>(vectors * size.Stride);
        var kernels = new LayerKernels(Accelerator);
        weighted.MemSetToZero();

        kernels.Residual(
            new(addends.View, parts, vectors, dimension), inOut.View, scale.View, weighted.View, squares.View, size);
        kernels.Sum(
            new(weighted.View, 1, vectors, size.Stride), new(squares.View, size.Strips, dimension, Epsilon), normed.View);

        Twin.AssertClose(expected, inOut.Download());
        var found = normed.Download();
        Twin.AssertClose(
            Twin.RmsNorm(expected, weight, Epsilon),
            [.. Enumerable.Range(0, x.Length).Select(at => found[(at / dimension * size.Stride) + (at % dimension)])]);
    }

    [Theory]
    [InlineData(RopePairs.Interleaved, false, false)]
    [InlineData(RopePairs.Halves, true, false)]
    [InlineData(RopePairs.Halves, false, true)]
    [InlineData(RopePairs.Interleaved, true, true)]
    public void Queries_keys_and_values_are_those_of_the_plain_loop(RopePairs pairs, bool hasBias, bool hasNorm)
    {
        const int Heads = 4, Shared = 2, Size = 6, Position = 37;
        const int Width = (Heads + (2 * Shared)) * Size;
        int[] blocks = [3, 0, 2];
        var (sums, scale) = (Twin.Values(2 * Width, 1), 0.5f);
        var extras = Twin.Values(Width + (2 * Size), 2);
        var angles = new RopeTable(RandomLlama.ShapeTiny with { Dimension = Heads * Size, Heads = Heads }).AtLeast(64);
        var cache = new CacheSize(Shared, Size);
        using var addends = Accelerator.Upload(sums);
        using var squares = Accelerator.Upload<float>([2f, 1f, 0.5f, 0.5f]);
        using var more = Accelerator.Upload(extras);
        using var cosine = Accelerator.Upload(angles.Cosine);
        using var sine = Accelerator.Upload(angles.Sine);
        using var numbers = Accelerator.Upload<int>([0, Position, 4, 0, .. blocks]);
        using var query = Accelerator.Allocate1D<float>(Heads * Size);
        using var room = Accelerator.Allocate1D<float>(4 * cache.Stride);

        new LayerKernels(Accelerator).Heads(
            new(addends.View, 2, 1, Width),
            new(squares.View, 4, 1, 0),
            more.View,
            cosine.View,
            sine.View,
            new(numbers.View, 1),
            query.View,
            room.View,
            new(Heads, cache, (int)pairs, hasBias ? 1 : 0, hasNorm ? 1 : 0, Epsilon));

        float[] Part(int from, int count, int norm)
        {
            float[] part = [.. Enumerable.Range(from, count).Select(
                at => (scale * (sums[at] + sums[Width + at])) + (hasBias ? extras[at] : 0))];
            part = hasNorm && norm >= 0 ? Twin.RmsNorm(part, extras[norm..(norm + Size)], Epsilon) : part;
            return norm < 0 ? part : Twin.Rope(part, count, Size, Position, 10_000, pairs);
        }

        var found = room.Download();
        var (block, within) = (blocks[Position / 16], Position % 16);
        Twin.AssertClose(Part(0, Heads * Size, Width), query.Download());
        Twin.AssertClose(
            Part(Heads * Size, Shared * Size, Width + Size),
            [.. Enumerable.Range(0, Shared * Size).Select(at => found[cache.Key(block, at / Size, at % Size) + within])]);
        Twin.AssertClose(
            Part((Heads + Shared) * Size, Shared * Size, -1),
            [.. Enumerable.Range(0, Shared * Size).Select(at => found[cache.Value(block, at / Size, within, at % Size)])]);
    }

    /// <summary>Tokens of one sequence, some of whose blocks are full; what lies behind a token is not a number.</summary>
    [Theory]
    [InlineData(1, 0, 1, 1, 2)]
    [InlineData(1, 9, 4, 2, 6)]
    [InlineData(3, 15, 4, 4, 8)]
    [InlineData(3, 35, 4, 2, 6, 4)]
    [InlineData(2, 700, 2, 1, 4)]
    [InlineData(2, 530, 2, 2, 4, 300)]
    public void Attention_is_that_of_the_plain_loop(
        int tokens, int position, int heads, int shared, int size, int window = int.MaxValue)
    {
        var seen = tokens + position;
        var count = BlockTable.BlocksFor(seen);
        var query = Twin.Values(tokens * heads * size, 1, 3);
        var keys = Twin.Values(seen * shared * size, 2, 3);
        var values = Twin.Values(seen * shared * size, 3);
        var cache = new CacheSize(shared, size);
        var blocks = Enumerable.Range(0, count).Reverse().ToArray();
        var stored = new float[count * cache.Stride];
        Array.Fill(stored, float.NaN);

        for (var at = 0; at < keys.Length; at++)
        {
            var (where, head, element) = (at / (shared * size), at / size % shared, at % size);
            stored[cache.Key(blocks[where / 16], head, element) + (where % 16)] = keys[at];
            stored[cache.Value(blocks[where / 16], head, where % 16, element)] = values[at];
        }

        var found = Attend(query, stored, blocks, position, new(0, tokens, count, heads, cache, window));

        Twin.AssertClose(
            AttentionTwin.Of(query, keys, values, new(tokens, position, heads, shared, size, window)), found);
    }

    [Fact]
    public void SwiGlu_is_that_of_the_plain_loop()
    {
        const int Width = 131, Stride = 160;
        var (gate, up) = (Twin.Values(Width, 1, 20), Twin.Values(Width, 2));
        using var sums = Accelerator.Upload<float>([.. gate.Select(value => value / 4), .. up.Select(value => value / 4),
            .. gate.Select(value => value / 4), .. up.Select(value => value / 4)]);
        using var squares = Accelerator.Upload<float>([0.25f, 0, 0, 0]);
        using var output = Accelerator.Allocate1D<float>(Stride);

        new LayerKernels(Accelerator).SwiGlu(
            new(sums.View, 2, 1, 2 * Width), new(squares.View, 4, 1, 0), output.View, Stride);

        Twin.AssertClose(Twin.SwiGlu(gate, up), output.Download()[..Width]);
    }

    private float[] Attend(float[] query, float[] stored, int[] blocks, int position, AttentionSize size)
    {
        int[] each = [.. Enumerable.Range(0, size.Rows)];
        using var room = new DeviceRoom(Accelerator);
        using var q = Accelerator.Upload(query);
        using var kv = Accelerator.Upload(stored);
        using var numbers = Accelerator.Upload<int>(
            [.. each, .. each.Select(at => position + at), .. each.Select(_ => 4 * size.Rows), .. each, .. blocks]);
        using var output = Accelerator.Allocate1D<float>(size.Rows * size.Stride);
        var shape = RandomLlama.ShapeTiny with { Heads = size.Heads, KeyLength = size.Cache.HeadSize };
        var scratch = new AttentionScratch(room, shape, size.Rows, position + size.Rows);

        new LayerKernels(Accelerator).Attend(
            new(numbers.View, size.Rows), q.View, kv.View, scratch, output.View, size);

        var found = output.Download();
        return [.. each.SelectMany(at => found[(at * size.Stride)..((at * size.Stride) + size.Width)])];
    }
}
