using Marketplace.Domain.Accounts;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Ledger;
using Marketplace.Ledger;

namespace Marketplace.Grains.Renders;

/// <summary>A scene: a manifest and what the reader found in its files, read once.</summary>
[GrainType("scene")]
internal sealed class SceneGrain(
    [PersistentState("scene")] IPersistentState<SceneState> scene,
    ISceneReader reader,
    IBlobStore blobs,
    IRegister register) : Grain, ISceneGrain
{
    private SceneId Id => SceneId.Parse(this.GetPrimaryKeyString());

    public async Task<SceneOutcome> Open(AccountId account, SceneManifest manifest, CancellationToken cancel = default)
    {
        if (scene.State.Scene is { } known)
        {
            return known.Account == account
                ? new SceneOutcome.Ready(known)
                : throw new InvalidOperationException($"Scene {Id} belongs to another account.");
        }

        foreach (var file in manifest.Files)
        {
            if (await blobs.Length(file.Sha256, cancel) != file.Bytes)
            {
                return new SceneOutcome.BlobUnknown(file.Path, file.Sha256);
            }
        }

        var reading = await reader.Read(account, manifest, cancel);

        if (reading is not SceneReading.Facts facts)
        {
            return new SceneOutcome.Corrupt(((SceneReading.Fault)reading).Why);
        }

        var view = new SceneView(
            Id,
            account,
            manifest,
            facts.Triangles,
            facts.Textures,
            facts.MemoryBytes,
            facts.Cameras,
            facts.UnsupportedExtensions,
            facts.Animations);
        await this.Save(scene, new SceneState { Scene = view });
        await register.Put([Row(view)], cancel);
        return new SceneOutcome.Ready(view);
    }

    public Task<SceneView?> Describe(CancellationToken cancel = default) => Task.FromResult(scene.State.Scene);

    private static RegisterRow Row(SceneView view) => new(
        RegisterKinds.Scene,
        view.Id.Value,
        view.Account.Value,
        "ready",
        ListDetail.Write(new ListDetail.Scene(
            view.Manifest.Root,
            view.Manifest.Files.Count,
            view.Manifest.Files.Sum(file => file.Bytes),
            view.Triangles,
            view.Textures,
            view.MemoryBytes)),
        null);
}
