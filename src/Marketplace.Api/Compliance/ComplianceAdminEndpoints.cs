using Marketplace.Api.Http;
using Marketplace.Domain.Compliance;
using Marketplace.Grains.Abstractions.Compliance;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Compliance;

/// <summary>The sanctions list, verdicts of screening, and travel records.</summary>
internal static class ComplianceAdminEndpoints
{
    public static void MapComplianceAdmin(this IEndpointRouteBuilder admin)
    {
        var compliance = admin.MapGroup(string.Empty).WithTags("Compliance").RequireAuthorization(Policies.Reviews);

        compliance.MapGet("/sanctions-list", GetSanctionsList).RefusesWith(401, 403);
        compliance.MapGet("/screenings/{screeningId}", GetScreening).RefusesWith(401, 403, 404);
        compliance.MapGet("/travel-records", ListTravelRecords).RefusesWith(400, 401, 403);
    }

    /// <summary>The sanctions list in use, and whether payouts and wallet changes wait for a newer one.</summary>
    private static async Task<Ok<SanctionsListResponse>> GetSanctionsList(Desk desk) =>
        TypedResults.Ok(SanctionsListResponse.From(await Compliance(desk).List()));

    /// <summary>A verdict of screening as it was made.</summary>
    private static async Task<Results<Ok<ScreeningResponse>, ProblemHttpResult>> GetScreening(
        string screeningId, Desk desk) =>
        Ids.Read<ScreeningId>(screeningId, out var id) && await Compliance(desk).Verdict(id) is { } verdict
            ? TypedResults.Ok(ScreeningResponse.From(verdict))
            : Problems.NotFound("screening");

    /// <summary>
    /// Who paid whom, in the fields of IVMS 101, for payouts from Compliance:TravelRuleUsd on, newest first.
    /// </summary>
    private static async Task<Ok<PageResponse<TravelRecordResponse>>> ListTravelRecords(
        [AsParameters] PageQuery page, Desk desk) =>
        TypedResults.Ok(page.Answer(
            await Compliance(desk).TravelRecords(page.Before, page.Count), TravelRecordResponse.From));

    private static IComplianceGrain Compliance(Desk desk) => desk.Grains.GetGrain<IComplianceGrain>(0);
}
