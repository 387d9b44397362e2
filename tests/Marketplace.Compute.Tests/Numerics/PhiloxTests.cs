using ILGPU;
using ILGPU.Runtime;
using Marketplace.Compute.Ilgpu;
using Marketplace.Compute.Numerics;

namespace Marketplace.Compute.Tests.Numerics;

[Trait("Category", "Kernel")]
[Collection(nameof(KernelDevice))]
public class PhiloxTests(KernelDevice device)
{
    // Random123, kat_vectors: counter, key, words.
    private static readonly uint[][] Published =
    [
        [0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
        [~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
        [
            0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0,
            0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1,
        ],
    ];

    [Fact]
    public void The_words_are_the_published_ones()
    {
        foreach (var row in Published)
        {
            var words = Philox.Words(Key(row), row[0], row[1], row[2], row[3]);

            Assert.Equal((row[6], row[7], row[8], row[9]), words);
        }
    }

    [Fact]
    public void A_kernel_draws_the_same_words()
    {
        using var input = device.Accelerator.Upload(Published.SelectMany(row => row).ToArray());
        using var output = device.Accelerator.Allocate1D<uint>(Published.Length * 4);
        var kernel = device.Accelerator.LoadStreamKernel<ArrayView<uint>, ArrayView<uint>>(WordsKernel);

        kernel(new KernelConfig(Published.Length, 1), input.View, output.View);

        Assert.Equal(Published.SelectMany(row => row[6..]), output.Download());
    }

    internal static void WordsKernel(ArrayView<uint> rows, ArrayView<uint> words)
    {
        var thread = Grid.GlobalIndex.X;
        var row = thread * 10;
        var (a, b, c, d) = Philox.Words(
            rows[row + 4] | ((ulong)rows[row + 5] << 32), rows[row], rows[row + 1], rows[row + 2], rows[row + 3]);
        words[thread * 4] = a;
        words[(thread * 4) + 1] = b;
        words[(thread * 4) + 2] = c;
        words[(thread * 4) + 3] = d;
    }

    private static ulong Key(uint[] row) => row[4] | ((ulong)row[5] << 32);
}
