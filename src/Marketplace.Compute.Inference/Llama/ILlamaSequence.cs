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
    /// Appends tokens, many at a time, and shows the logits after each: those that one call for each would give.
    /// </summary>
    void AppendAll(ReadOnlySpan<int> tokens, LogitVisitor visit);
}

/// <summary>Is shown logits.</summary>
/// <param name="at">Which of the appended tokens they come after, from 0; called in order.</param>
/// <param name="logits">[vocabulary]; valid during the call.</param>
internal delegate void LogitVisitor(int at, ReadOnlySpan<float> logits);
