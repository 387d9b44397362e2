namespace Marketplace.Compute.Inference.Llama;

/// <summary>
/// Several sequences with one cache and one pass over the weights a step. A sequence's logits have the bits that
/// <see cref="ILlamaSequence"/> gives it alone on the same device. Used by one thread at a time.
/// </summary>
internal interface ILlamaBatch : IDisposable
{
    /// <summary>Positions of one sequence at most: the model's context, or all blocks.</summary>
    int PositionsMax { get; }

    /// <summary>One step: the tokens of all slices through the model.</summary>
    /// <param name="slices">Of different sequences, with at most the size's rows and logits.</param>
    void Forward(ReadOnlySpan<BatchSlice> slices);

    /// <summary>Valid until the next step; may be read by several threads.</summary>
    /// <param name="number">Of the rows whose logits were asked for, through all slices, from 0.</param>
    ReadOnlySpan<float> Logits(int number);

    /// <summary>Work on the numbers below a count, shared among the processor's threads.</summary>
    void Share(int count, Action<int, int> work);
}
