namespace Marketplace.Compute.Inference.Generation;

/// <summary>Why a text ended.</summary>
public enum FinishReason
{
    /// <summary>The model ended it, or a stop of the request did.</summary>
    Stop,

    /// <summary>The asked number of tokens, or the model's context, was reached.</summary>
    Length,
}
