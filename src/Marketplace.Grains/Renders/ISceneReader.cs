using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>Reads a scene's files from the blob store; its work is done off the grain's thread.</summary>
public interface ISceneReader
{
    /// <summary>What is in the scene, or why it is none.</summary>
    Task<SceneReading> Read(SceneManifest manifest, CancellationToken cancel = default);
}
