namespace Marketplace.Api.Inference;

/// <summary>Reads what a model's files say of conversations.</summary>
public interface IChatReader
{
    /// <summary>What they say; null where they cannot be read.</summary>
    /// <exception cref="TimeoutException">Too much waits to be read; try again later.</exception>
    Task<ModelChat?> ReadChat(string modelSha256, CancellationToken cancel = default);
}
