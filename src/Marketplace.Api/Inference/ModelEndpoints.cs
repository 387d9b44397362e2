using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Api.Http;
using Marketplace.Api.Inference.OpenAi;
using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Inference;

/// <summary>The catalogue of models.</summary>
internal static class ModelEndpoints
{
    private const string GrainPrefix = "mdl_";
    private const string ManifestAge = "public, max-age=60";

    /// <summary>What agents know by its name, its zeros and its missing bytes.</summary>
    private static readonly ModelView Noop = new(
        "noop", new('0', 64), 0, "none", 0, 0, "none", DateTimeOffset.UnixEpoch);

    public static void MapModels(this IEndpointRouteBuilder v1)
    {
        var models = v1.MapGroup("/models").WithTags("Models").RequireAuthorization(Policies.AnyKey);

        models.MapGet("", ListModels).RefusesWith(400, 401);
        models.MapGet($"/{RegisterModelRequest.Manifest}", GetManifest)
            .AllowAnonymous()
            .Produces<ModelManifestResponse>()
            .Produces(StatusCodes.Status304NotModified)
            .RefusesWith(429);
        models.MapGet("/{name}", GetModel).RefusesWith(401, 404);
        models.MapPost("", RegisterModel).RefusesWith(400, 401, 403, 409, 422);
    }

    /// <summary>The model's grain; the name has been checked.</summary>
    public static IModelGrain Model(this IGrainFactory grains, string name) =>
        grains.GetGrain<IModelGrain>(GrainPrefix + name);

    /// <summary>
    /// The model of this name or id as it is ordered, or null; <c>noop</c> where it is offered has no weights, whatever
    /// is registered under that name.
    /// </summary>
    public static async Task<ModelView?> FindModel(this Desk desk, string reference) =>
        desk.Options.OfferNoop && reference == Noop.Name ? Noop
            : desk.Models.Find(reference) ?? desk.Models.Keep(reference, await desk.Registered(reference));

    /// <summary>The model that a checked reference means; of several with one id, the one that came first.</summary>
    private static async Task<ModelView?> Registered(this Desk desk, string reference)
    {
        var name = ModelReference.IdOf(reference) is { } id
            ? await desk.Grains.GetGrain<IStatementGrain>(0).ModelNamed(id)
            : reference;

        return name is null ? null : await desk.Grains.Model(name).Describe();
    }

    /// <summary>
    /// The models that can be ordered, newest first; all of them unless a <c>limit</c> is told, as OpenAI's clients do
    /// not turn this list's pages.
    /// </summary>
    private static async Task<Ok<ModelListResponse>> ListModels(
        [AsParameters] PageQuery page, Desk desk, IOptions<JsonOptions> json)
    {
        var items = page.IsOpen
            ? await desk.AllModels()
            : await desk.Grains.GetGrain<IStatementGrain>(0).List(Lists.Model, page.List(owner: null));
        var shown = page.Answer(items, item => ModelResponse.From(item, json.Value.SerializerOptions));

        // A look makes a model of before there were ids read its file; it answers at once.
        await Task.WhenAll(shown.Data.Where(model => model.ModelId is null)
            .Select(model => desk.Grains.Model(model.Name).Describe()));

        return TypedResults.Ok(new ModelListResponse("list", shown.Data, shown.HasMore, shown.Next));
    }

    /// <summary>Every page of the catalogue, which is bounded (<see cref="ModelOutcome.Full"/>).</summary>
    private static async Task<Page<ListItem>> AllModels(this Desk desk)
    {
        var register = desk.Grains.GetGrain<IStatementGrain>(0);
        var models = new List<ListItem>();
        long? before = null;

        do
        {
            var page = await register.List(Lists.Model, new(Owner: null, State: null, before, PageQuery.LimitMax));
            models.AddRange(page.Data);
            before = page.Next;
        }
        while (before is not null);

        return new(models, null);
    }

    /// <summary>
    /// Which model id and which file every name stands for, signed: canonical JSON that
    /// <c>marketplace models verify</c> checks. Needs no key.
    /// </summary>
    /// <remarks>
    /// Entry n made version n, and no entry ever changes: keep a copy and compare. The ETag is that of the bytes.
    /// </remarks>
    private static async Task<FileContentHttpResult> GetManifest(Desk desk, HttpContext http)
    {
        var file = Encoding.UTF8.GetBytes(
            await desk.Grains.GetGrain<IStatementGrain>(0).ModelManifest(http.RequestAborted));
        http.Response.Headers.CacheControl = ManifestAge;

        return TypedResults.Bytes(
            file, "application/json", entityTag: new($"\"{Convert.ToHexStringLower(SHA256.HashData(file))}\""));
    }

    /// <summary>One model, by its name or by <c>mdl:</c> and its id.</summary>
    private static async Task<Results<Ok<ModelResponse>, ProblemHttpResult>> GetModel(string name, Desk desk) =>
        ModelReference.IsOne(name) && await desk.Registered(name) is { } model
            ? TypedResults.Ok(ModelResponse.From(model))
            : Problems.Of(
                StatusCodes.Status404NotFound,
                "not-found",
                "There is no such model.",
                ("error", OpenAiError.NoModel));

    /// <summary>
    /// Puts an uploaded model into the catalogue: one GGUF file, or several files of safetensors or llama2.c. The name
    /// then stays with these bytes. For administrators and providers.
    /// </summary>
    private static async Task<Results<Created<ModelResponse>, ProblemHttpResult>> RegisterModel(
        RegisterModelRequest request, Requester me, Desk desk, IBlobStore blobs)
    {
        if ((me.Caller.Scopes & (ApiKeyScopes.Admin | ApiKeyScopes.Provider)) == ApiKeyScopes.None)
        {
            return Problems.Of(
                StatusCodes.Status403Forbidden, "scope-missing",
                "Models are registered by providers and administrators.");
        }

        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        var (sha256, unknown) = await Stored(request, blobs);

        if (unknown is not null)
        {
            return unknown;
        }

        AdminAct? act = me.IsAdmin ? me.Act("registered over REST") : null;

        return await desk.Grains.Model(request.Name).Register(sha256, act) switch
        {
            ModelOutcome.Registered done =>
                TypedResults.Created($"/v1/models/{request.Name}", ModelResponse.From(done.Model)),
            ModelOutcome.BlobUnknown => Problems.AssetUnknown(request.Name, sha256),
            ModelOutcome.NameTaken taken => Problems.Of(
                StatusCodes.Status409Conflict,
                "model-name-taken",
                $"The name {request.Name} belongs to the file {taken.Sha256}.",
                ("sha256", taken.Sha256)),
            ModelOutcome.Full full => Problems.Of(
                StatusCodes.Status409Conflict,
                "catalogue-full",
                $"The catalogue holds {full.ModelsMax} models and takes no more."),
            ModelOutcome.Corrupt corrupt => Problems.Of(
                StatusCodes.Status422UnprocessableEntity, "model-corrupt",
                $"The file is no usable model: {corrupt.Why}"),
            var other => throw new UnreachableException(other.ToString()),
        };
    }

    /// <summary>The hash that the model goes by: its file's, or that of its files' list, which is stored.</summary>
    private static async Task<(string Sha256, ProblemHttpResult? Unknown)> Stored(
        RegisterModelRequest request, IBlobStore blobs)
    {
        if (request.Files is null)
        {
            return (request.Sha256!, null);
        }

        var files = new List<BundledFile>(request.Files.Count);

        foreach (var file in request.Files)
        {
            if (await blobs.Length(file.Sha256) is not { } bytes)
            {
                return (file.Sha256, Problems.AssetUnknown(file.Path, file.Sha256));
            }

            files.Add(new(file.Path, file.Sha256, bytes));
        }

        var bundle = ModelBundle.Of(files);
        using var list = new MemoryStream(bundle.Write());
        var sha256 = bundle.Sha256();

        return await blobs.Put(list, sha256, ModelBundle.ListBytesMax) is PutBlobOutcome.Stored
            ? (sha256, null)
            : throw new InvalidOperationException($"The list {sha256} was not stored.");
    }
}
