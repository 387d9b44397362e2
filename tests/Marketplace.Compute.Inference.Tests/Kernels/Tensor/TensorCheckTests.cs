using ILGPU;
using ILGPU.Runtime;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Ilgpu;
using Marketplace.Compute.Inference.Kernels;

namespace Marketplace.Compute.Inference.Tests.Kernels.Tensor;

/// <summary>What is found out before any model's matrices go to a matrix unit.</summary>
[Trait("Category", "Kernel")]
[Collection(nameof(KernelDevice))]
public sealed class TensorCheckTests(KernelDevice device)
{
    private Accelerator Accelerator
    {
        get
        {
            Assert.SkipUnless(device.IsInterpreter, "the unit is played in the processor's memory");
            return device.Accelerator;
        }
    }

    [Theory]
    [InlineData(TensorFormat.F16)]
    [InlineData(TensorFormat.Q8)]
    [InlineData(TensorFormat.Q4)]
    public void A_unit_that_is_right_is_used(TensorFormat format) =>
        Assert.Null(new TensorCheck(Accelerator, new EmulatedKernels(MatrixAdders.Truncating)).WhyNot(format));

    [Fact]
    public void Forms_without_a_kernel_for_it_stay_with_the_portable_ones()
    {
        _ = Accelerator;

        var plan = TensorCheck.Plan(
            device.Device, (new EmulatedKernels(MatrixAdders.Nearest), ""), [TensorFormat.Q6K, TensorFormat.F16]);

        Assert.True(plan.Uses(TensorFormat.F16));
        Assert.False(plan.Uses(TensorFormat.Q6K));
        Assert.Equal(
            ["F16 on tensor cores", "Q6K by the portable kernels (there is no form of it for tensor cores)"],
            plan.Paths.Select(path => path.ToString()),
            StringComparer.Ordinal);
    }

    [Fact]
    public void A_device_without_one_says_so()
    {
        var plan = TensorCheck.Plan(device.Device, TensorCoreKernels.Of(device.Device), [TensorFormat.F16]);

        Assert.SkipWhen(device.Device.Facts.HasTensorCores, "it has one");
        Assert.False(plan.UsesAny);
        Assert.Equal("this is no NVIDIA GPU", Assert.Single(plan.Paths).Why);
    }

    /// <summary>On a GPU a wrong answer would only show in the log.</summary>
    [Fact]
    public void The_device_s_own_is_right()
    {
        Assert.SkipUnless(device.Device.Facts.HasTensorCores, "this device has none");

        Assert.All(MatrixPaths.Of(device.Device), path => Assert.Null(path.Why));
    }

    /// <summary>What lies below 11 bits of an element gets lost, or the result of a whole step.</summary>
    [Theory]
    [InlineData(11)]
    [InlineData(16)]
    public void A_unit_that_adds_with_few_bits_is_not_used(int bits)
    {
        var wrong = new EmulatedKernels((products, sum) =>
        {
            var exact = MatrixAdders.Nearest(products, sum);
            var unit = exact == 0 ? 1 : Math.ScaleB(1, Math.ILogB(exact) - bits + 1);
            return (float)(Math.Truncate(exact / unit) * unit);
        });

        var why = new TensorCheck(Accelerator, wrong).WhyNot(TensorFormat.F16);

        Assert.Matches("^row [0-9]+ times vector [0-9]+ is .*, the unit finds ", why);
    }

    [Fact]
    public void A_unit_whose_bits_depend_on_neighbours_is_not_used()
    {
        // Correct to the last bit but one, and different where many vectors come together.
        var kernels = new ManyDiffer(MatrixAdders.Truncating, MatrixAdders.Nearest);

        var why = new TensorCheck(Accelerator, kernels).WhyNot(TensorFormat.Q8);

        Assert.EndsWith("has other bits alone than among others", why, StringComparison.Ordinal);
    }

    [Fact]
    public void Kernels_that_cannot_be_loaded_are_not_used()
    {
        var why = new TensorCheck(Accelerator, new Unloadable()).WhyNot(TensorFormat.Q4);

        Assert.Equal("its kernels cannot be loaded: no such instruction", why);
    }

    private sealed class ManyDiffer(MatrixAdder few, MatrixAdder many) : ITensorKernels
    {
        public Action<KernelConfig, TWeights, SplitVectors, ArrayView<float>, ProductSize> Product<TWeights>()
            where TWeights : struct, IHalfWeights => new EmulatedKernels(few).Product<TWeights>();

        public Action<KernelConfig, TWeights, SplitVectors, ArrayView<float>, ProductSize> Block<TWeights>()
            where TWeights : struct, IHalfWeights => new EmulatedKernels(many).Block<TWeights>();
    }

    private sealed class Unloadable : ITensorKernels
    {
        public Action<KernelConfig, TWeights, SplitVectors, ArrayView<float>, ProductSize> Product<TWeights>()
            where TWeights : struct, IHalfWeights => throw new NotSupportedException("no such\ninstruction");

        public Action<KernelConfig, TWeights, SplitVectors, ArrayView<float>, ProductSize> Block<TWeights>()
            where TWeights : struct, IHalfWeights => Product<TWeights>();
    }
}
