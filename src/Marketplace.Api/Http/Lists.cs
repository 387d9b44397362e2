using Marketplace.Grains.Abstractions.Ledger;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.Http;

/// <summary>Kinds of lists that the register keeps, as its owner names them.</summary>
internal static class Lists
{
    public const string Account = "account";
    public const string ApiKey = "key";
    public const string Provider = "provider";
    public const string Device = "device";
    public const string Model = "model";
    public const string Scene = "scene";
    public const string Job = "job";
    public const string Render = "render";
    public const string Batch = "batch";
    public const string File = "file";
    public const string Deposit = "deposit";
    public const string TopUp = "top-up";
    public const string CardRefund = "card-refund";
    public const string UsdcRefund = "usdc-refund";
    public const string Dispute = "dispute";
    public const string ParkedEvent = "parked-event";
    public const string Reconciliation = "reconciliation";
    public const string Payout = "payout";
    public const string Advance = "advance";
    public const string Receipt = "receipt";
    public const string Review = "review";
    public const string Finding = "finding";

    /// <summary>A page of such a list as an answer, newest first.</summary>
    /// <param name="desk">Of the request.</param>
    /// <param name="kind">Which list.</param>
    /// <param name="page">Which page.</param>
    /// <param name="owner">Whose things alone; null for everybody's.</param>
    /// <param name="state">Only those in this state; null for any.</param>
    public static async Task<Ok<PageResponse<ListedResponse>>> Show(
        this Desk desk, string kind, PageQuery page, string? owner, string? state = null)
    {
        var items = await desk.Grains.GetGrain<IStatementGrain>(0).List(kind, page.List(owner, state));
        return TypedResults.Ok(page.Answer(items, ListedResponse.From));
    }
}
