using Marketplace.Compute.Inference.Ilgpu;

namespace Marketplace.Compute.Inference.Llama;

/// <summary>A model made ready on a device. Calls of different sequences may come from different threads.</summary>
internal interface ILlamaBackend : IDisposable
{
    /// <summary>Room for a sequence of at most this many positions.</summary>
    ILlamaSequence NewSequence(int positions);

    /// <summary>Room for several sequences that go through the model together.</summary>
    ILlamaBatch NewBatch(BatchSize size);

    /// <summary>Room for several sequences whose last hidden states are wanted.</summary>
    ILlamaStates NewStates(StatesSize size);

    /// <summary>How matrices of each form are multiplied; empty where it is all the same.</summary>
    IReadOnlyList<MatrixPath> MatrixPaths { get; }

    /// <summary>Memory of the device that is left beside the weights; null where it is the processor's.</summary>
    long? BytesLeft { get; }
}
