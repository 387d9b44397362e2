namespace Marketplace.Grains.Inference;

/// <summary>Reads model files from the blob store; its work is done off the grain's thread.</summary>
public interface IModelReader
{
    /// <summary>What the file's head holds, or why it is no usable model.</summary>
    Task<ModelReading> Read(string sha256, CancellationToken cancel = default);

    /// <summary>
    /// The model's id, 64 hex digits; reads every byte once. Null when the file is gone or no usable model.
    /// </summary>
    Task<string?> Identify(string sha256, CancellationToken cancel = default);
}
