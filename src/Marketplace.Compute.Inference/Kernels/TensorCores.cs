using ILGPU.Runtime.Cuda;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>The tensor cores of NVIDIA GPUs of compute capability 8.0 and later.</summary>
/// <remarks>
/// ILGPU gives the results of inline code back through local memory, be they <c>out</c> or by reference. That would
/// cost more than the multiplication. So the code here writes into registers that ILGPU knows as inputs: sums that
/// <see cref="Zero"/> made once, which no expression of the kernel stands for, and pairs that were put together for
/// this one use. Sums of a piece live in a scope of their own that is opened and closed here. Tests of the generated
/// code hold that the loops have no local memory and that nothing else writes or copies these registers.
/// </remarks>
internal readonly struct TensorCores : IMatrixUnit
{
    private const string Add = "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 "
        + "{mma0, mma1, mma2, mma3}, {%0, %1, %2, %3}, {%4, %5}, {mma0, mma1, mma2, mma3};";

    // A subtraction of pairs takes registers alone, and a constant may come as itself.
    private const string Less = "{ .reg .b32 less; mov.b32 less, %1; sub.rn.f16x2 %0, %0, less; }";

    private const string Clear = "mov.f32 %0, 0f00000000;";

    public FragmentSums Zero()
    {
        CudaAsm.Emit(Clear, out float a);
        CudaAsm.Emit(Clear, out float b);
        CudaAsm.Emit(Clear, out float c);
        CudaAsm.Emit(Clear, out float d);
        return new(a, b, c, d);
    }

    public void MultiplyAdd(
        ref FragmentSums sums, RowFragments rows, SplitFour four0, SplitFour four1, FragmentSums scales)
    {
        var (step0, step1) = (rows.Step0, rows.Step1);
        CudaAsm.Emit("{ .reg .f32 mma<4>;");
        CudaAsm.Emit("mov.f32 mma0, 0f00000000;");
        CudaAsm.Emit("mov.f32 mma1, 0f00000000;");
        CudaAsm.Emit("mov.f32 mma2, 0f00000000;");
        CudaAsm.Emit("mov.f32 mma3, 0f00000000;");
        CudaAsm.Emit(Add, step0.R0, step0.R1, step0.R2, step0.R3, four0.LowFirst, four0.LowSecond);
        CudaAsm.Emit(Add, step1.R0, step1.R1, step1.R2, step1.R3, four1.LowFirst, four1.LowSecond);
        CudaAsm.Emit(Add, step0.R0, step0.R1, step0.R2, step0.R3, four0.HighFirst, four0.HighSecond);
        CudaAsm.Emit(Add, step1.R0, step1.R1, step1.R2, step1.R3, four1.HighFirst, four1.HighSecond);
        CudaAsm.Emit("fma.rn.f32 %0, mma0, %1, %0;", sums.A, scales.A);
        CudaAsm.Emit("fma.rn.f32 %0, mma1, %1, %0;", sums.B, scales.B);
        CudaAsm.Emit("fma.rn.f32 %0, mma2, %1, %0;", sums.C, scales.C);
        CudaAsm.Emit("fma.rn.f32 %0, mma3, %1, %0;", sums.D, scales.D);
        CudaAsm.Emit("}");
    }

    public void Subtract(ref uint pair, uint less) => CudaAsm.Emit(Less, pair, less);
}
