namespace Marketplace.Training.Parameters;

/// <summary>The tensors of one layer.</summary>
internal sealed record LayerParameters(
    ParameterTensor AttentionNorm,
    ParameterTensor Query,
    ParameterTensor Key,
    ParameterTensor Value,
    ParameterTensor AttentionOutput,
    ParameterTensor FeedForwardNorm,
    ParameterTensor Gate,
    ParameterTensor Up,
    ParameterTensor Down);
