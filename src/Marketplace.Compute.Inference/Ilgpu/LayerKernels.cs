using ILGPU;
using ILGPU.Runtime;
using Marketplace.Compute.Inference.Kernels;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>The kernels of a layer that read no matrix, loaded once per device.</summary>
internal sealed class LayerKernels(Accelerator accelerator)
{
    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, float> _norm =
        accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, float>(RmsNormKernel.Run);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, RopeSize> _rope =
        accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, RopeSize>(RopeKernel.Run);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, AttentionSize> _scores =
        accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, AttentionSize>(
            AttentionScoresKernel.Run);

    private readonly Action<KernelConfig, ArrayView<float>, AttentionSize> _softMax =
        accelerator.LoadStreamKernel<ArrayView<float>, AttentionSize>(SoftMaxKernel.Run);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, AttentionSize> _mix =
        accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, AttentionSize>(
            AttentionMixKernel.Run);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>> _swiGlu =
        accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>>(SwiGluKernel.Run);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>> _add =
        accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>>(AddKernel.Run);

    private readonly Action<KernelConfig, ArrayView<float>, ArrayView<float>> _bias =
        accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>>(BiasKernel.Run);

    /// <summary>y = x normed, for as many vectors as y holds.</summary>
    public void Norm(ArrayView<float> x, ArrayView<float> weight, ArrayView<float> y, float epsilon) =>
        _norm(Groups.For(accelerator, y.Length / weight.Length), x, weight, y, epsilon);

    /// <summary>Turns all of x in place.</summary>
    public void Rope(ArrayView<float> x, ArrayView<float> cosine, ArrayView<float> sine, RopeSize size) =>
        _rope(Groups.For(accelerator, x.Length / 2), x, cosine, sine, size);

    /// <summary>Attention of the appended tokens over all positions so far; scores are scratch.</summary>
    public void Attend(
        ArrayView<float> query, ArrayView<float> keys, ArrayView<float> values, ArrayView<float> scores,
        ArrayView<float> y, AttentionSize size)
    {
        _scores(Groups.For(accelerator, (long)size.Tokens * size.Heads * size.Seen), query, keys, scores, size);
        _softMax(Groups.For(accelerator, (long)size.Tokens * size.Heads), scores, size);
        _mix(Groups.For(accelerator, (long)size.Tokens * size.Width), scores, values, y, size);
    }

    /// <summary>gate = silu(gate) * up.</summary>
    public void SwiGlu(ArrayView<float> gate, ArrayView<float> up) =>
        _swiGlu(Groups.For(accelerator, gate.Length), gate, up);

    /// <summary>The bias added to each vector of x, where there is one.</summary>
    public void Bias(ArrayView<float> x, ArrayView<float>? bias)
    {
        if (bias is { } values)
        {
            _bias(Groups.For(accelerator, x.Length), x, values);
        }
    }

    /// <summary>x = x + y.</summary>
    public void Add(ArrayView<float> x, ArrayView<float> y) => _add(Groups.For(accelerator, x.Length), x, y);
}
