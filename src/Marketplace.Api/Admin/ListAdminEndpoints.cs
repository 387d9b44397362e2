using Marketplace.Api.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Admin;

/// <summary>Lists of everything.</summary>
internal static class ListAdminEndpoints
{
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["accounts"] = Lists.Account,
        ["api-keys"] = Lists.ApiKey,
        ["providers"] = Lists.Provider,
        ["devices"] = Lists.Device,
        ["models"] = Lists.Model,
        ["scenes"] = Lists.Scene,
        ["jobs"] = Lists.Job,
        ["renders"] = Lists.Render,
        ["deposits"] = Lists.Deposit,
        ["top-ups"] = Lists.TopUp,
        ["refunds"] = Lists.CardRefund,
        ["usdc-refunds"] = Lists.UsdcRefund,
        ["disputes"] = Lists.Dispute,
        ["stripe-events"] = Lists.ParkedEvent,
        ["reconciliations"] = Lists.Reconciliation,
        ["payouts"] = Lists.Payout,
        ["advances"] = Lists.Advance,
        ["receipts"] = Lists.Receipt,
    };

    public static void MapListAdmin(this IEndpointRouteBuilder admin) => admin
        .MapGet("/lists/{kind}", ListAll)
        .WithTags("Lists")
        .RefusesWith(400, 401, 403, 404);

    /// <summary>
    /// Everything of a kind, newest first: accounts, api-keys, providers, devices, models, scenes, jobs, renders,
    /// deposits, top-ups, refunds (to cards), usdc-refunds, disputes, stripe-events (those that wait for a person),
    /// reconciliations, payouts, advances or receipts; of one owner or in one state when asked so.
    /// </summary>
    private static async Task<Results<Ok<PageResponse<ListedResponse>>, ProblemHttpResult>> ListAll(
        string kind, [AsParameters] PageQuery page, string? owner, string? state, Desk desk) =>
        Kinds.TryGetValue(kind, out var known)
            ? await desk.Show(known, page, owner, state)
            : Problems.NotFound($"list '{kind}': there are {string.Join(", ", Kinds.Keys)}");
}
