using System.Text.RegularExpressions;
using Marketplace.Compute.Inference.Kernels;

namespace Marketplace.Compute.Inference.Tests.Kernels.Tensor;

/// <summary>
/// The code that the CUDA backend makes of the kernels for tensor cores, held against the PTX ISA where it is ours:
/// what the inline statements take, and that the registers they write to are what the rest reads.
/// </summary>
public sealed partial class TensorCodeTests
{
    private const string Mma = "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32";
    private const string Less = "sub.rn.f16x2";
    private const string Fma = "fma.rn.f32";

    /// <summary>Kernel, form of the weights, and vectors of a warp by eights.</summary>
    public static TheoryData<Type, Type, int> Kernels =>
        [.. ByteKernels, (typeof(TensorProductKernel), typeof(HalfView), 1), (typeof(TensorBlockKernel), typeof(HalfView), 4)];

    public static TheoryData<Type, Type, int> ByteKernels => new()
    {
        { typeof(TensorProductKernel), typeof(EightBitView), 1 },
        { typeof(TensorProductKernel), typeof(FourBitView), 1 },
        { typeof(TensorBlockKernel), typeof(EightBitView), 4 },
        { typeof(TensorBlockKernel), typeof(FourBitView), 4 },
    };

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Inline_statements_have_the_operands_that_the_assembler_wants(Type kernel, Type weights, int blocks)
    {
        var code = Code(kernel, weights);
        var (mma, fma) = (Named(code, Mma), Named(code, Fma));

        Assert.Matches(Header(), code.Text);
        Assert.DoesNotContain(".func", code.Text, StringComparison.Ordinal);
        Assert.Equal(8 * blocks, mma.Count);
        Assert.Equal(8 * blocks, fma.Count);
        Assert.Equal(weights == typeof(HalfView) ? 0 : 16, Named(code, Less).Count);
        Assert.All(mma, one =>
        {
            Assert.Equal(4, one.Operands.Count);
            Assert.True(one.HasRegisters(0, 4, ".f32"), $"D of {one}");
            Assert.True(one.HasRegisters(1, 4, ".b32"), $"A of {one}");
            Assert.True(one.HasRegisters(2, 2, ".b32"), $"B of {one}");
            Assert.True(one.HasRegisters(3, 4, ".f32"), $"C of {one}");
        });
        Assert.All(fma, one => Assert.All(Enumerable.Range(0, 4), at => Assert.True(one.HasRegisters(at, 1, ".f32"), $"{one}")));
        Assert.All(Named(code, Less), one => Assert.All(
            Enumerable.Range(0, 3), at => Assert.True(one.HasRegisters(at, 1, ".b32"), $"{one}")));
    }

    /// <summary>ILGPU does not know that its registers are written to: nothing else may write or copy them.</summary>
    [Theory]
    [MemberData(nameof(Kernels))]
    public void Sums_stay_in_registers_of_their_own(Type kernel, Type weights, int blocks)
    {
        var code = Code(kernel, weights);
        var sums = Named(code, Fma).ConvertAll(one => one.Written!);
        var loop = code.LoopOf(Named(code, Mma)[0]);

        Assert.Equal(8 * blocks, sums.Distinct(StringComparer.Ordinal).Count());
        Assert.All(Named(code, Mma), one => Assert.Contains(one, loop));
        Assert.All(sums, sum =>
        {
            // Made once before the loop, added to once in it, and read once behind it, when it is stored.
            var others = code.Statements.Where(one => one.Name != Fma && Mentions(one, sum)).ToList();
            Assert.Equal(
                ["ld.local.f32", "st.f32"],
                others.Select(one => one.Name).Order(StringComparer.Ordinal),
                StringComparer.Ordinal);
            Assert.DoesNotContain(others, loop.Contains);
        });
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Nothing_of_the_loop_lies_in_local_memory(Type kernel, Type weights, int blocks)
    {
        var code = Code(kernel, weights);
        var loop = code.LoopOf(Named(code, Mma)[0]);

        Assert.InRange(loop.Count, 20 * blocks, code.Statements.Count);
        Assert.DoesNotContain(loop, one => one.Text.Contains(".local", StringComparison.Ordinal));
        Assert.Equal(weights == typeof(HalfView) ? 16 : 8, loop.Count(one => one.Name == "ld.b32"));
        Assert.Equal(2 * blocks, loop.Count(one => one.Name == "ld.v4.b32"));
    }

    [Theory]
    [MemberData(nameof(ByteKernels))]
    public void Weights_are_what_the_subtraction_left(Type kernel, Type weights, int blocks)
    {
        var code = Code(kernel, weights);
        var less = Named(code, Less);
        var first = Named(code, Mma)[0].Number;

        Assert.Equal(8 * blocks, Named(code, Mma).Count);
        Assert.All(less, one =>
        {
            Assert.Equal(one.Operands[0][0], one.Operands[1][0]);
            Assert.InRange(one.Number, 0, first);
            var others = code.Statements.Where(other => other.Name is not (Less or Mma) && Mentions(other, one.Written!));
            Assert.Equal("or.b32", Assert.Single(others).Name);
        });
        Assert.Equal(
            less.Select(one => one.Written!).Order(StringComparer.Ordinal),
            Named(code, Mma).SelectMany(one => one.Operands[1]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    /// <summary>A piece is summed from zero, the small halves first.</summary>
    [Theory]
    [MemberData(nameof(Kernels))]
    public void Every_piece_begins_with_zeros(Type kernel, Type weights, int blocks)
    {
        var code = Code(kernel, weights);
        var starts = code.Statements.Where(one => one.Text == "mov.f32 mma0, 0f00000000").ToList();

        Assert.Equal(2 * blocks, starts.Count);
        Assert.All(starts, start =>
        {
            var names = code.Statements.Skip(start.Number).Take(12).Select(one => one.Name);
            Assert.Equal(
                [.. Enumerable.Repeat("mov.f32", 4), .. Enumerable.Repeat(Mma, 4), .. Enumerable.Repeat(Fma, 4)],
                names,
                StringComparer.Ordinal);
            Assert.Equal(
                ["mma0", "mma1", "mma2", "mma3"],
                code.Statements.Skip(start.Number + 8).Take(4).Select(one => one.Operands[1][0]),
                StringComparer.Ordinal);
        });
    }

    private static PtxText Code(Type kernel, Type weights) =>
        PtxText.Of(kernel.GetMethod("Run")!.MakeGenericMethod(typeof(TensorCores), weights));

    private static List<PtxStatement> Named(PtxText code, string name) =>
        [.. code.Statements.Where(one => one.Name == name)];

    private static bool Mentions(PtxStatement one, string register) =>
        one.Operands.Any(operand => operand.Contains(register, StringComparer.Ordinal));

    [GeneratedRegex(
        @"^\.version 8\.0\r?\n\.target sm_80\r?\n\.address_size 64",
        RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        10_000)]
    private static partial Regex Header();
}
