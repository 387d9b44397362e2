using ILGPU;
using ILGPU.Runtime;
using Marketplace.Compute.Inference.Kernels;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>The kernels of a layer that read no matrix, loaded once per device.</summary>
internal sealed class LayerKernels(Accelerator accelerator)
{
    private readonly Action<
        KernelConfig, PartSums, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ResidualSize>
        _residual = accelerator.LoadStreamKernel<
            PartSums, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ResidualSize>(
            ResidualKernel.Run);

    private readonly Action<KernelConfig, PartSums, NormScale, ArrayView<float>> _sum =
        accelerator.LoadStreamKernel<PartSums, NormScale, ArrayView<float>>(SumKernel.Run);

    private readonly Action<KernelConfig, PartSums, NormScale, ArrayView<float>, int> _swiGlu =
        accelerator.LoadStreamKernel<PartSums, NormScale, ArrayView<float>, int>(SwiGluKernel.Run);

    private readonly Action<
        KernelConfig, PartSums, NormScale, ArrayView<float>, ArrayView<float>, ArrayView<float>, RowPlan,
        ArrayView<float>, ArrayView<float>, HeadsSize> _heads = accelerator.LoadStreamKernel<
        PartSums, NormScale, ArrayView<float>, ArrayView<float>, ArrayView<float>, RowPlan, ArrayView<float>,
        ArrayView<float>, HeadsSize>(HeadsKernel.Run);

    private readonly Action<
        KernelConfig, RowPlan, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, AttentionSize>
        _weights = accelerator.LoadStreamKernel<
            RowPlan, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, AttentionSize>(
            AttentionWeightsKernel.Run);

    private readonly Action<
        KernelConfig, RowPlan, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>,
        ArrayView<float>, AttentionSize> _mix = accelerator.LoadStreamKernel<
        RowPlan, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>,
        AttentionSize>(AttentionMixKernel.Run);

    private readonly Action<KernelConfig, RowPlan, ArrayView<float>, ArrayView<float>, AttentionSize> _join =
        accelerator.LoadStreamKernel<RowPlan, ArrayView<float>, ArrayView<float>, AttentionSize>(
            AttentionJoinKernel.Run);

    private readonly Action<
        KernelConfig, RowPlan, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ResidualSize>
        _gather = accelerator.LoadStreamKernel<
            RowPlan, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ResidualSize>(
            GatherKernel.Run);

    /// <summary>Kernels started so far.</summary>
    public long Launches { get; private set; }

    /// <summary>x = x + sums, and x as the next norm needs it.</summary>
    public void Residual(
        PartSums sums, ArrayView<float> x, ArrayView<float> weight, ArrayView<float> weighted,
        ArrayView<float> squares, ResidualSize size) =>
        _residual(Threads((long)size.Vectors * size.Strips), sums, x, weight, weighted, squares, size);

    /// <summary>y = sums, scaled.</summary>
    public void Sum(PartSums sums, NormScale norm, ArrayView<float> y) =>
        _sum(Threads((long)sums.Vectors * sums.Rows), sums, norm, y);

    /// <summary>y = silu(gate) * up.</summary>
    public void SwiGlu(PartSums sums, NormScale norm, ArrayView<float> y, int stride) =>
        _swiGlu(Threads((long)sums.Vectors * (sums.Rows / 2)), sums, norm, y, stride);

    /// <summary>Queries, and keys and values into the cache.</summary>
    public void Heads(
        PartSums sums, NormScale norm, ArrayView<float> extras, ArrayView<float> cosine, ArrayView<float> sine,
        RowPlan plan, ArrayView<float> query, ArrayView<float> cache, HeadsSize size) => _heads(
            Threads((long)plan.Rows * (size.Width / 2)), sums, norm, extras, cosine, sine, plan, query, cache, size);

    /// <summary>Attention of some tokens of the plan; the scratch has room for them.</summary>
    public void Attend(
        RowPlan plan, ArrayView<float> query, ArrayView<float> cache, AttentionScratch scratch, ArrayView<float> y,
        AttentionSize size)
    {
        var pairs = (long)size.Rows * size.Heads;
        _weights(Threads(pairs * size.Blocks), plan, query, cache, scratch.Weights, scratch.Blocks, size);
        _mix(
            Threads(pairs * size.Spans * size.Cache.HeadSize), plan, cache, scratch.Weights, scratch.Blocks, y,
            scratch.Spans, size);

        if (size.Spans > 1)
        {
            _join(Threads(pairs * size.Cache.HeadSize), plan, scratch.Spans, y, size);
        }
    }

    /// <summary>The rows whose logits are asked for.</summary>
    public void Gather(
        RowPlan plan, ArrayView<float> weighted, ArrayView<float> squares, ArrayView<float> chosen,
        ArrayView<float> chosenSquares, ResidualSize size) => _gather(
            Threads((long)size.Vectors * (size.Stride + size.Strips)), plan, weighted, squares, chosen, chosenSquares,
            size);

    private KernelConfig Threads(long threads)
    {
        Launches++;
        return Groups.For(accelerator, threads);
    }
}
