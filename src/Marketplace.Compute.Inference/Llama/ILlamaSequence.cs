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

    /// <summary>
    /// Appends tokens and shows the logits after each of them, the same as one call for each would give, many at a time.
    /// </summary>
    void AppendAll(ReadOnlySpan<int> tokens, LogitVisitor visit);
}

/// <summary>Is shown logits.</summary>
/// <param name="at">Which of the appended tokens they come after, from 0; called in order.</param>
/// <param name="logits">[vocabulary]; valid during the call.</param>
internal delegate void LogitVisitor(int at, ReadOnlySpan<float> logits);
