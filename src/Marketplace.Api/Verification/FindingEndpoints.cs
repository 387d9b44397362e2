using Marketplace.Api.Http;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Devices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Verification;

/// <summary>What was found of a device's texts and opinions, for its provider and administrators.</summary>
internal static class FindingEndpoints
{
    public static void MapFindings(this IEndpointRouteBuilder v1)
    {
        var findings = v1.MapGroup("/devices/{deviceId}/findings")
            .WithTags("Devices")
            .RequireAuthorization(Policies.Findings);

        findings.MapGet("", ListFindings).RefusesWith(400, 401, 403, 404);
        findings.MapGet("/{findingId}", GetFinding).Produces<FindingResponse>().RefusesWith(401, 403, 404);
    }

    /// <summary>
    /// What was found of a device's work that was judged against it, or over which opinions differed, newest first.
    /// </summary>
    private static async Task<Results<Ok<PageResponse<ListedResponse>>, ProblemHttpResult>> ListFindings(
        string deviceId, [AsParameters] PageQuery page, Requester me, Desk desk) =>
        await MaySee(deviceId, me, desk)
            ? await desk.Show(Lists.Finding, page, deviceId)
            : Problems.NotFound("device");

    /// <summary>
    /// One finding with the device's records and what others measured: canonical JSON that
    /// <c>marketplace findings verify</c> checks. It holds no prompt.
    /// </summary>
    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> GetFinding(
        string deviceId, string findingId, Requester me, Desk desk, FindingFiles files)
    {
        if (!await MaySee(deviceId, me, desk)
            || !Ids.Read<FindingId>(findingId, out var id)
            || await files.Open(id, desk) is not var (finding, file))
        {
            return Problems.NotFound("finding");
        }

        if (finding.Device != deviceId)
        {
            await file.DisposeAsync();
            return Problems.NotFound("finding");
        }

        return FindingFiles.Answer(file);
    }

    private static async Task<bool> MaySee(string deviceId, Requester me, Desk desk) =>
        Ids.Read<DeviceId>(deviceId, out var id)
        && await desk.Grains.GetGrain<IDeviceGrain>(id.Value).Describe() is { } device
        && (me.IsAdmin || (me.IsProvider(out var provider) && device.Provider == provider));
}
