using Marketplace.Domain.Accounts;
using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Abstractions.Renders;

/// <summary>A scene; key <c>scn_…</c>.</summary>
[GrainInterfaceType("scene"), Alias("ISceneGrain")]
public interface ISceneGrain : IGrainWithStringKey
{
    /// <summary>Reads the scene once and keeps what was found.</summary>
    [Alias("Open")]
    Task<SceneOutcome> Open(AccountId account, SceneManifest manifest, CancellationToken cancel = default);

    /// <summary>The scene, or null.</summary>
    [Alias("Describe")]
    Task<SceneView?> Describe(CancellationToken cancel = default);
}
