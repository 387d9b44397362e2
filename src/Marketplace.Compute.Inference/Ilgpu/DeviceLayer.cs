using ILGPU;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>The weights of one layer in device memory; what a model lacks is null.</summary>
internal sealed record DeviceLayer(
    ArrayView<float> AttentionNorm,
    DeviceMatrix Query,
    DeviceMatrix Key,
    DeviceMatrix Value,
    DeviceMatrix AttentionOutput,
    ArrayView<float> FeedForwardNorm,
    DeviceMatrix Gate,
    DeviceMatrix Up,
    DeviceMatrix Down)
{
    public ArrayView<float>? QueryBias { get; init; }

    public ArrayView<float>? KeyBias { get; init; }

    public ArrayView<float>? ValueBias { get; init; }

    public ArrayView<float>? QueryNorm { get; init; }

    public ArrayView<float>? KeyNorm { get; init; }
}
