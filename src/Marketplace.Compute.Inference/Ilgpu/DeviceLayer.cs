using ILGPU;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>The weights of one layer in device memory.</summary>
/// <param name="AttentionNorm">Of the vectors that attention begins with.</param>
/// <param name="Heads">Queries, keys and values.</param>
/// <param name="HeadExtras">
/// Their biases, then the weights of the norms of a query's and a key's head; zeros where a model has none.
/// </param>
/// <param name="HasBias">Whether any of the three has a bias.</param>
/// <param name="HasHeadNorm">Whether heads are normed.</param>
/// <param name="AttentionOutput">Back to the model's width.</param>
/// <param name="FeedForwardNorm">Of the vectors that the feed-forward begins with.</param>
/// <param name="GateAndUp">Both, one below the other.</param>
/// <param name="Down">Back to the model's width.</param>
internal sealed record DeviceLayer(
    ArrayView<float> AttentionNorm,
    DeviceProduct Heads,
    ArrayView<float> HeadExtras,
    bool HasBias,
    bool HasHeadNorm,
    DeviceProduct AttentionOutput,
    ArrayView<float> FeedForwardNorm,
    DeviceProduct GateAndUp,
    DeviceProduct Down);
