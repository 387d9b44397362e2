using System.Diagnostics;
using Marketplace.Api.Http;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Renders;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Renders;

/// <summary>Scenes: what renders are made of.</summary>
internal static class SceneEndpoints
{
    public static void MapScenes(this IEndpointRouteBuilder v1)
    {
        var scenes = v1.MapGroup("/scenes").WithTags("Scenes").RequireAuthorization(Policies.Renter);

        scenes.MapPost("", CreateScene).RefusesWith(400, 401, 403, 422, 503);
        scenes.MapGet("", ListScenes).RefusesWith(400, 401, 403);
        scenes.MapGet("/{sceneId}", GetScene).RefusesWith(401, 403, 404);
    }

    /// <summary>A scene of this account, or null.</summary>
    public static async Task<SceneView?> FindScene(this IGrainFactory grains, string sceneId, Requester me) =>
        Ids.Read<SceneId>(sceneId, out var id)
        && await grains.GetGrain<ISceneGrain>(id.Value).Describe() is { } scene
        && scene.Account == me.Account
            ? scene
            : null;

    /// <summary>
    /// Reads uploaded files as a scene and says what is in it. The same files again answer the same scene.
    /// </summary>
    private static async Task<Results<Created<SceneResponse>, ProblemHttpResult>> CreateScene(
        CreateSceneRequest request, Requester me, Desk desk, IBlobStore blobs)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        var files = new List<SceneFile>(request.Files.Count);

        foreach (var file in request.Files)
        {
            if (await blobs.Length(file.Sha256) is not { } bytes)
            {
                return Problems.AssetUnknown(file.Path, file.Sha256);
            }

            files.Add(new(file.Path, file.Sha256, bytes));
        }

        var manifest = request.ToManifest(files);
        var id = CreateSceneRequest.Name(me.Account, manifest);

        return await desk.Grains.GetGrain<ISceneGrain>(id.Value).Open(me.Account, manifest) switch
        {
            SceneOutcome.Ready ready => TypedResults.Created($"/v1/scenes/{id}", SceneResponse.From(ready.Scene)),
            SceneOutcome.BlobUnknown unknown => Problems.AssetUnknown(unknown.Path, unknown.Sha256),
            SceneOutcome.Corrupt corrupt => Problems.Of(
                StatusCodes.Status422UnprocessableEntity, "scene-corrupt",
                $"The files are no usable scene: {corrupt.Why}"),
            var other => throw new UnreachableException(other.ToString()),
        };
    }

    /// <summary>The account's scenes, newest first.</summary>
    private static Task<Ok<PageResponse<ListedResponse>>> ListScenes(
        [AsParameters] PageQuery page, Requester me, Desk desk) =>
        desk.Show(Lists.Scene, page, me.Account.Value);

    /// <summary>One scene.</summary>
    private static async Task<Results<Ok<SceneResponse>, ProblemHttpResult>> GetScene(
        string sceneId, Requester me, Desk desk) =>
        await desk.Grains.FindScene(sceneId, me) is { } scene
            ? TypedResults.Ok(SceneResponse.From(scene))
            : Problems.NotFound("scene");
}
