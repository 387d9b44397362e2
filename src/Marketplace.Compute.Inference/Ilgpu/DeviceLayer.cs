using ILGPU;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>The weights of one layer in device memory.</summary>
internal sealed record DeviceLayer(
    ArrayView<float> AttentionNorm,
    DeviceMatrix Query,
    DeviceMatrix Key,
    DeviceMatrix Value,
    DeviceMatrix AttentionOutput,
    ArrayView<float> FeedForwardNorm,
    DeviceMatrix Gate,
    DeviceMatrix Up,
    DeviceMatrix Down);
