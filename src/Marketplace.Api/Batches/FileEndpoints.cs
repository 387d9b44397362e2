using Marketplace.Api.Http;
using Marketplace.Api.Inference.OpenAi;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Accounts;
using Marketplace.Grains.Abstractions.Batches;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Batches;

/// <summary>Files as OpenAI's clients send and fetch them: what batches read and write.</summary>
internal static class FileEndpoints
{
    private const int LimitMax = 10_000;
    private const string OldestFirst = "asc";
    private const string NewestFirst = "desc";

    public static void MapFiles(this IEndpointRouteBuilder v1)
    {
        var files = v1.MapGroup("/files")
            .WithTags("OpenAI")
            .RequireAuthorization(Policies.Renter)
            .AddEndpointFilter(OpenAiErrorResponse.Translate);

        files.MapPost("", UploadFile)
            .Accepts<UploadFileForm>("multipart/form-data")
            .Produces<FileObject>()
            .RefusesAsOpenAi(400, 401, 403, 413, 415, 422, 429);
        files.MapGet("", ListFiles).Produces<ObjectList<FileObject>>().RefusesAsOpenAi(400, 401, 403);
        files.MapGet("/{fileId}", GetFile).Produces<FileObject>().RefusesAsOpenAi(401, 403, 404);
        files.MapGet("/{fileId}/content", GetFileContent)
            .Produces<Stream>(StatusCodes.Status200OK, "application/octet-stream")
            .RefusesAsOpenAi(401, 403, 404);
        files.MapDelete("/{fileId}", DeleteFile).Produces<DeletedFile>().RefusesAsOpenAi(401, 403, 404);
    }

    /// <summary>Documents the refusals of a route in OpenAI's words.</summary>
    public static RouteHandlerBuilder RefusesAsOpenAi(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            route.Produces<OpenAiErrorResponse>(status);
        }

        return route;
    }

    /// <summary>A file of this account, or null.</summary>
    public static async Task<FileView?> FindFile(this IGrainFactory grains, string fileId, Requester me) =>
        Ids.Read<FileId>(fileId, out var id)
        && await grains.GetGrain<IFileGrain>(id.Value).Describe() is { } file
        && file.Account == me.Account
            ? file
            : null;

    /// <summary>Uploads a file of requests: JSON lines, for a batch. It counts in the account's storage.</summary>
    private static async Task<IResult> UploadFile(
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        Requester me,
        Desk desk,
        [FromKeyedServices(FileView.BlobsKey)] IBlobStore blobs,
        HttpContext http)
    {
        var id = FileId.From(IdempotencyKey.Name(me.Account, "files", idempotencyKey, desk.Clock));
        var batches = desk.Grains.GetGrain<IBatchDeskGrain>(me.Account.Value);

        if (http.Request.ContentLength > desk.Options.BatchFileBytesMax)
        {
            return Problems.TooLarge(desk.Options.BatchFileBytesMax);
        }

        if (await batches.BeginUpload(id) is AdmitOutcome.TooMany full)
        {
            return Problems.Of(
                StatusCodes.Status400BadRequest,
                "file-limit-exceeded",
                $"The account has {full.Max} files, as many as it may have: delete one.");
        }

        try
        {
            return await Receive(id, me, desk, blobs, http);
        }
        finally
        {
            await batches.EndUpload(id, CancellationToken.None);
        }
    }

    /// <summary>Reads the form within the account's storage: bytes are set aside before and counted after.</summary>
    private static async Task<IResult> Receive(
        FileId id, Requester me, Desk desk, IBlobStore blobs, HttpContext http)
    {
        var account = desk.Grains.GetGrain<IAccountGrain>(me.Account.Value);
        var (key, quota) = (FileView.StorageKey(id), desk.Options.AccountStorageBytesMax);
        var (told, bytesMax) = (http.Request.ContentLength, desk.Options.BatchFileBytesMax);

        if (await account.ReserveStorage(key, told, bytesMax, quota) is not ReserveStorageOutcome.Reserved reserved)
        {
            return Problems.StorageFull(told, quota, quota);
        }

        FileView? file = null;

        try
        {
            // A repeat is not bound to the bytes of the first: they are thrown away.
            var allowed = reserved.IsKnown ? bytesMax : reserved.Bytes;
            var (upload, refusal) = await FileUpload.Read(http, blobs, allowed);

            if (refusal is not null)
            {
                await Drop(upload?.Stored, id, desk);
                return refusal;
            }

            if (upload!.Stored is not PutBlobOutcome.Stored stored)
            {
                return allowed < bytesMax
                    ? Problems.StorageFull(null, quota - allowed, quota)
                    : Problems.TooLarge(bytesMax);
            }

            file = await desk.Grains.GetGrain<IFileGrain>(id.Value)
                .Open(me.Account, upload.Name, upload.Purpose, stored.Sha256, stored.Bytes);

            if (file?.Sha256 == stored.Sha256)
            {
                return TypedResults.Ok(FileObject.From(file));
            }

            await Drop(stored, id, desk);
            return file is null ? Problems.NotFound("file") : Problems.KeyReused();
        }
        finally
        {
            if (file is null && !reserved.IsKnown)
            {
                await account.SettleStorage(key, null, CancellationToken.None);
            }
        }
    }

    /// <summary>Bytes that came to no file go, unless others need the same.</summary>
    private static Task Drop(PutBlobOutcome? received, FileId id, Desk desk) =>
        received is PutBlobOutcome.Stored stored
            ? desk.Grains.GetGrain<IFileBytesGrain>(stored.Sha256).Release(id.Value)
            : Task.CompletedTask;

    /// <summary>The account's files, newest first unless told.</summary>
    private static async Task<IResult> ListFiles(
        string? purpose, string? after, int? limit, string? order, Requester me, Desk desk)
    {
        var faults = new Faults();
        faults.Range("limit", limit ?? LimitMax, 1, LimitMax);

        if (order is not (null or OldestFirst or NewestFirst))
        {
            faults.Add("order", $"is {order}, allowed are {OldestFirst} and {NewestFirst}");
        }

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        var (items, hasMore) = await ObjectPages.Read(
            desk.Grains,
            (Lists.File, me.Account, purpose),
            (after, limit ?? LimitMax, order == OldestFirst));

        return TypedResults.Ok(ObjectList<FileObject>.Of(
            [.. items.Select(FileObject.From)], static file => file.Id.Value, hasMore));
    }

    /// <summary>One file, without its bytes.</summary>
    private static async Task<IResult> GetFile(string fileId, Requester me, Desk desk) =>
        await desk.Grains.FindFile(fileId, me) is { } file
            ? TypedResults.Ok(FileObject.From(file))
            : Problems.NotFound("file");

    /// <summary>The bytes of a file.</summary>
    private static async Task<IResult> GetFileContent(
        string fileId, Requester me, Desk desk, [FromKeyedServices(FileView.BlobsKey)] IBlobStore blobs) =>
        await desk.Grains.FindFile(fileId, me) is { } file && await blobs.OpenRead(file.Sha256) is { } bytes
            ? TypedResults.Stream(bytes, "application/octet-stream", file.Name)
            : Problems.NotFound("file");

    /// <summary>Deletes a file. A batch that was made of it goes on.</summary>
    private static async Task<IResult> DeleteFile(string fileId, Requester me, Desk desk)
    {
        if (await desk.Grains.FindFile(fileId, me) is not { } file)
        {
            return Problems.NotFound("file");
        }

        await desk.Grains.GetGrain<IFileGrain>(file.Id.Value).Delete();
        return TypedResults.Ok(DeletedFile.Of(file.Id));
    }
}
