using Marketplace.Domain.Accounts;
using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>Reads a scene's files from the blob store; its work is done off the grain's thread.</summary>
public interface ISceneReader
{
    /// <summary>What is in the scene, or why it is none; a scene that takes too long is none.</summary>
    /// <exception cref="TimeoutException">Too many wait, or too many of this account; try again later.</exception>
    Task<SceneReading> Read(AccountId account, SceneManifest manifest, CancellationToken cancel = default);
}
