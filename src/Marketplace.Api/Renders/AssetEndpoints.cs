using System.Diagnostics;
using Marketplace.Api.Http;
using Marketplace.Domain.Accounts;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Renders;

/// <summary>Files by the hash of their bytes: scenes, textures, weights.</summary>
internal static class AssetEndpoints
{
    public static void MapAssets(this IEndpointRouteBuilder v1)
    {
        var assets = v1.MapGroup("/assets").WithTags("Assets").RequireAuthorization(Policies.AnyKey);

        assets.MapPut("/{sha256}", PutAsset)
            .Accepts<Stream>("application/octet-stream")
            .RefusesWith(400, 401, 413, 422);
        assets.MapMethods("/{sha256}", [HttpMethods.Head], FindAsset).Produces(StatusCodes.Status200OK).RefusesWith(
            401, 404);
    }

    /// <summary>
    /// Uploads a file to the address that is the SHA-256 of its bytes. A file that is there already need not be sent:
    /// ask by HEAD. Repeating it is harmless.
    /// </summary>
    private static async Task<Results<Created<AssetResponse>, Ok<AssetResponse>, ProblemHttpResult>> PutAsset(
        string sha256, Requester me, Desk desk, IBlobStore blobs, HttpContext http)
    {
        var mayBeLarge = (me.Caller.Scopes & (ApiKeyScopes.Admin | ApiKeyScopes.Provider)) != ApiKeyScopes.None;
        var bytesMax = mayBeLarge ? desk.Options.ModelBytesMax : desk.Options.AssetBytesMax;
        var isCounted = !me.Caller.Scopes.HasFlag(ApiKeyScopes.Admin);

        return await (isCounted
            ? ReceiveCounted(sha256, bytesMax, me, desk, blobs, http)
            : Receive(sha256, bytesMax, blobs, http)) switch
        {
            (PutBlobOutcome.Stored { New: true } stored, _) => TypedResults.Created(
                $"/v1/assets/{stored.Sha256}", new AssetResponse(stored.Sha256, stored.Bytes)),
            (PutBlobOutcome.Stored stored, _) => TypedResults.Ok(new AssetResponse(stored.Sha256, stored.Bytes)),
            var (_, refusal) => refusal!,
        };
    }

    /// <summary>
    /// As <see cref="Receive"/>, within the account's storage: bytes are set aside before and counted after.
    /// </summary>
    private static async Task<(PutBlobOutcome? Outcome, ProblemHttpResult? Refusal)> ReceiveCounted(
        string sha256, long bytesMax, Requester me, Desk desk, IBlobStore blobs, HttpContext http)
    {
        var (bytes, quota) = (http.Request.ContentLength, desk.Options.AccountStorageBytesMax);

        if (!AssetHash.IsOne(sha256) || bytes > bytesMax)
        {
            return await Receive(sha256, bytesMax, blobs, http);
        }

        var account = desk.Grains.GetGrain<IAccountGrain>(me.Account.Value);
        var reserved = await account.ReserveStorage(sha256, bytes, bytesMax, quota);

        if (reserved is ReserveStorageOutcome.QuotaExceeded full)
        {
            return (null, Problems.StorageFull(bytes, full.BytesUsed, quota));
        }

        var (allowed, isKnown) = (ReserveStorageOutcome.Reserved)reserved;
        long? stored = null;

        try
        {
            var received = await Receive(sha256, allowed, blobs, http);
            stored = (received.Outcome as PutBlobOutcome.Stored)?.Bytes;

            return received.Outcome is PutBlobOutcome.TooLarge && allowed < bytesMax
                ? (received.Outcome, Problems.StorageFull(null, quota - allowed, quota))
                : received;
        }
        finally
        {
            if (!isKnown || stored is not null)
            {
                await account.SettleStorage(sha256, stored, CancellationToken.None);
            }
        }
    }

    /// <summary>Takes the request's body into the store; the second part is set when it was refused.</summary>
    public static async Task<(PutBlobOutcome? Outcome, ProblemHttpResult? Refusal)> Receive(
        string sha256, long bytesMax, IBlobStore blobs, HttpContext http)
    {
        if (!AssetHash.IsOne(sha256))
        {
            return (null, Problems.Invalid("sha256", AssetHash.Wanted));
        }

        if (http.Request.ContentLength > bytesMax)
        {
            return (null, Problems.TooLarge(bytesMax));
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            // The store counts the bytes itself and stops at the limit.
            limit.MaxRequestBodySize = null;
        }

        return await blobs.Put(http.Request.Body, sha256, bytesMax, http.RequestAborted) switch
        {
            PutBlobOutcome.Stored stored => (stored, null),
            PutBlobOutcome.TooLarge large => (large, Problems.TooLarge(large.BytesMax)),
            PutBlobOutcome.OtherHash other => (other, Problems.OtherHash(sha256, other.Actual)),
            var outcome => throw new UnreachableException(outcome.ToString()),
        };
    }

    /// <summary>Whether a file is there already; its length is the Content-Length.</summary>
    private static async Task<Results<EmptyHttpResult, NotFound>> FindAsset(
        string sha256, IBlobStore blobs, HttpContext http)
    {
        if (!AssetHash.IsOne(sha256) || await blobs.Length(sha256, http.RequestAborted) is not { } bytes)
        {
            return TypedResults.NotFound();
        }

        http.Response.ContentLength = bytes;
        http.Response.Headers.ETag = $"\"{sha256}\"";
        return TypedResults.Empty;
    }
}
