using Marketplace.Api.Http;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Verification;

/// <summary>Receipts of finished work, and the keys to check them with.</summary>
internal static class ReceiptEndpoints
{
    private const string KeysAge = "public, max-age=300";

    public static void MapReceipts(this IEndpointRouteBuilder v1)
    {
        var receipts = v1.MapGroup(string.Empty).WithTags("Receipts");

        receipts.MapGet("/receipts/{receiptId}", GetReceipt)
            .RequireAuthorization(Policies.Renter)
            .Produces<ReceiptResponse>()
            .RefusesWith(401, 403, 404);
        receipts.MapGet("/receipt-keys", GetReceiptKeys).AllowAnonymous().RefusesWith(429);
    }

    /// <summary>A receipt with its proof: canonical JSON that <c>marketplace receipts verify</c> checks.</summary>
    /// <remarks>
    /// Keep the bytes as they come: a change of any one shows. The epoch and the anchor are null until the receipt's
    /// epoch is closed and its root was sent to the chain; ask again later for a file with more proof.
    /// </remarks>
    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> GetReceipt(
        string receiptId, Requester me, Desk desk) =>
        Ids.Read<ReceiptId>(receiptId, out var id)
        && await desk.Grains.GetGrain<IStatementGrain>(0).Receipt(id, me.Account) is { } receipt
            ? TypedResults.Content(receipt, "application/json")
            : Problems.NotFound("receipt");

    /// <summary>The public keys of receipts and the addresses that put their roots on chain; needs no key.</summary>
    private static async Task<Ok<ReceiptKeysResponse>> GetReceiptKeys(Desk desk, HttpContext http)
    {
        var keys = await desk.Grains.GetGrain<IStatementGrain>(0).ReceiptKeys(http.RequestAborted);
        http.Response.Headers.CacheControl = KeysAge;

        return TypedResults.Ok(ReceiptKeysResponse.From(keys));
    }
}
