namespace Marketplace.Grains.Inference;

/// <summary>Reads the head of a model file from the blob store; its work is done off the grain's thread.</summary>
public interface IModelReader
{
    /// <summary>What the file holds, or why it is no usable model.</summary>
    Task<ModelReading> Read(string sha256, CancellationToken cancel = default);
}
