using ILGPU.Runtime;
using Marketplace.Compute.Ilgpu;
using Marketplace.Compute.Inference.Ilgpu;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Tests.Kernels;

[Trait("Category", "Kernel")]
[Collection(nameof(KernelDevice))]
public class LayerKernelTests(KernelDevice device)
{
    private Accelerator Accelerator => device.Accelerator;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(2, 64)]
    public void A_norm_is_that_of_the_plain_loop(int vectors, int dimension)
    {
        var (x, weight) = (Twin.Values(vectors * dimension, 1), Twin.Values(dimension, 2));
        using var input = Accelerator.Upload(x);
        using var scale = Accelerator.Upload(weight);
        using var output = Accelerator.Allocate1D<float>(x.Length);

        new LayerKernels(Accelerator).Norm(input.View, scale.View, output.View, 1e-5f);

        Twin.AssertClose(Twin.RmsNorm(x, weight, 1e-5f), output.Download());
    }

    [Theory]
    [InlineData(0, 8, 8, RopePairs.Interleaved)]
    [InlineData(37, 24, 6, RopePairs.Interleaved)]
    [InlineData(37, 24, 6, RopePairs.Halves)]
    public void Rotary_positions_are_those_of_the_plain_loop(int position, int width, int headSize, RopePairs pairs)
    {
        const int Vectors = 3;
        var x = Twin.Values(Vectors * width, 1);
        var angles = new RopeTable(RandomLlama.ShapeTiny with { Dimension = width, Heads = width / headSize }).AtLeast(64);
        using var inOut = Accelerator.Upload(x);
        using var cosine = Accelerator.Upload(angles.Cosine);
        using var sine = Accelerator.Upload(angles.Sine);

        new LayerKernels(Accelerator).Rope(inOut.View, cosine.View, sine.View, new(position, width, headSize, (int)pairs));

        Twin.AssertClose(Twin.Rope(x, width, headSize, position, 10_000, pairs), inOut.Download());
    }

    [Theory]
    [InlineData(1, 0, 1, 1, 2)]
    [InlineData(1, 9, 4, 2, 6)]
    [InlineData(3, 5, 4, 4, 8)]
    [InlineData(5, 0, 6, 2, 4)]
    [InlineData(3, 5, 4, 2, 6, 4)]
    public void Attention_is_that_of_the_plain_loop(
        int tokens, int position, int heads, int shared, int size, int window = int.MaxValue)
    {
        var seen = tokens + position;
        var query = Twin.Values(tokens * heads * size, 1, 3);
        var keys = Twin.Values(seen * shared * size, 2, 3);
        var values = Twin.Values(seen * shared * size, 3);
        using var q = Accelerator.Upload(query);
        using var k = Accelerator.Upload(keys);
        using var v = Accelerator.Upload(values);
        using var scores = Accelerator.Allocate1D<float>(tokens * heads * seen);
        using var output = Accelerator.Allocate1D<float>(query.Length);

        new LayerKernels(Accelerator).Attend(
            q.View, k.View, v.View, scores.View, output.View, new(tokens, position, heads, shared, size, window));

        Twin.AssertClose(AttentionTwin.Of(query, keys, values, new(tokens, position, heads, shared, size, window)), output.Download());
    }

    [Fact]
    public void SwiGlu_is_that_of_the_plain_loop()
    {
        var (gate, up) = (Twin.Values(131, 1, 20), Twin.Values(131, 2));
        using var inOut = Accelerator.Upload(gate);
        using var factor = Accelerator.Upload(up);

        new LayerKernels(Accelerator).SwiGlu(inOut.View, factor.View);

        Twin.AssertClose(Twin.SwiGlu(gate, up), inOut.Download());
    }

    [Fact]
    public void A_sum_is_exact()
    {
        var (x, y) = (Twin.Values(131, 1), Twin.Values(131, 2));
        using var inOut = Accelerator.Upload(x);
        using var addend = Accelerator.Upload(y);

        new LayerKernels(Accelerator).Add(inOut.View, addend.View);

        Assert.Equal(x.Zip(y, (a, b) => a + b), inOut.Download());
    }
}
