namespace Marketplace.Compute.Inference.Llama;

/// <summary>One sequence with its keys and values. Used by one thread at a time.</summary>
internal interface ILlamaSequence : IDisposable
{
    /// <summary>Positions taken so far.</summary>
    int Length { get; }

    /// <summary>
    /// Appends tokens and returns the logits after the last one, [vocabulary], valid until the next call.
    /// A token's logits do not depend on how the tokens before it were cut into calls.
    /// </summary>
    ReadOnlySpan<float> Append(ReadOnlySpan<int> tokens);
}
