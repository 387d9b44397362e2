namespace Marketplace.Compute.Inference.Llama;

/// <summary>A model made ready on a device. Calls of different sequences may come from different threads.</summary>
internal interface ILlamaBackend : IDisposable
{
    /// <summary>Room for a sequence of at most this many positions.</summary>
    ILlamaSequence NewSequence(int positions);
}
