using System.Diagnostics;
using Marketplace.Api.Http;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Renders;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.Renders;

/// <summary>
/// A scene under another environment is a scene of its own: it is read as any other, so that its file is known to be
/// good and its memory is counted before the order is taken. The same two make the same scene.
/// </summary>
internal static class SceneLighting
{
    private const string Field = "environment.sha256";

    /// <summary>The scene under that environment, or why there is none.</summary>
    public static async Task<(SceneView Scene, ProblemHttpResult? Problem)> Under(
        SceneView scene, EnvironmentRequest? environment, AccountId account, Desk desk, IBlobStore blobs)
    {
        if (environment?.Sha256 is not { } sha256)
        {
            return environment is null || scene.Manifest.Environment is not null
                ? (scene, null)
                : (scene, Problems.Invalid(Field, "is missing, and the scene has no environment of its own"));
        }

        if (await blobs.Length(sha256) is not { } bytes)
        {
            return (scene, Problems.AssetUnknown(Field, sha256));
        }

        var manifest = Lit(scene.Manifest, sha256, bytes);

        if (manifest.Files.Count > RenderLimits.SceneFilesMax)
        {
            return (scene, Problems.Invalid(
                Field, $"makes {manifest.Files.Count} files of the scene, allowed are {RenderLimits.SceneFilesMax}"));
        }

        var id = CreateSceneRequest.Name(account, manifest);

        return await desk.Grains.GetGrain<ISceneGrain>(id.Value).Open(account, manifest) switch
        {
            SceneOutcome.Ready ready => (ready.Scene, null),
            SceneOutcome.BlobUnknown unknown => (scene, Problems.AssetUnknown(unknown.Path, unknown.Sha256)),
            SceneOutcome.Corrupt corrupt => (scene, Problems.Invalid(
                Field, $"is no environment that the scene can be read with: {corrupt.Why}")),
            var other => throw new UnreachableException(other.ToString()),
        };
    }

    private static SceneManifest Lit(SceneManifest manifest, string sha256, long bytes)
    {
        if (manifest.Files.FirstOrDefault(file => file.Sha256 == sha256) is { } known)
        {
            return manifest with { Environment = known.Path };
        }

        var path = $"environment-{sha256}.hdr";

        return manifest with { Files = [.. manifest.Files, new(path, sha256, bytes)], Environment = path };
    }
}
