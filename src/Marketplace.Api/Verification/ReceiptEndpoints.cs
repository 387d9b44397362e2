using Marketplace.Api.Http;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Verification;

/// <summary>Receipts of finished work.</summary>
internal static class ReceiptEndpoints
{
    public static void MapReceipts(this IEndpointRouteBuilder v1) => v1
        .MapGet("/receipts/{receiptId}", GetReceipt)
        .WithTags("Receipts")
        .RequireAuthorization(Policies.Renter)
        .Produces<Receipt>()
        .RefusesWith(401, 403, 404);

    /// <summary>A receipt as canonical JSON, byte for byte as it was hashed.</summary>
    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> GetReceipt(
        string receiptId, Requester me, Desk desk) =>
        Ids.Read<ReceiptId>(receiptId, out var id)
        && await desk.Grains.GetGrain<IStatementGrain>(0).Receipt(id, me.Account) is { } receipt
            ? TypedResults.Content(receipt, "application/json")
            : Problems.NotFound("receipt");
}
