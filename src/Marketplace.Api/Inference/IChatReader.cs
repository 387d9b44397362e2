namespace Marketplace.Api.Inference;

/// <summary>Reads what a model's files say of conversations.</summary>
public interface IChatReader
{
    /// <summary>What they say.</summary>
    /// <exception cref="IOException">The store does not give them as they were registered.</exception>
    /// <exception cref="TimeoutException">Too much waits to be read; try again later.</exception>
    Task<ModelChat> ReadChat(string modelSha256, CancellationToken cancel = default);
}
