namespace Marketplace.Compute.Inference.Llama;

/// <summary>
/// Sequences through the layers for the states that they end in rather than for logits. A token's state has the same
/// bits beside any neighbours and however its sequence was cut. Used by one thread at a time.
/// </summary>
internal interface ILlamaStates : IDisposable
{
    /// <summary>One step: the tokens of all slices through the layers.</summary>
    /// <param name="slices">Of different sequences, with no more tokens than there is room for.</param>
    void Forward(ReadOnlySpan<BatchSlice> slices);

    /// <summary>
    /// What the last layer and the model's norm made of a token, [dimension]; valid until the next step.
    /// </summary>
    /// <param name="row">Counted through all slices of the step.</param>
    ReadOnlySpan<float> State(int row);
}
