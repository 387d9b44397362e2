using Marketplace.Api.Http;
using Marketplace.Domain.Devices;
using Marketplace.Grains.Abstractions.Devices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Devices;

/// <summary>The provider's devices.</summary>
internal static class DeviceEndpoints
{
    public static void MapDevices(this IEndpointRouteBuilder v1)
    {
        var devices = v1.MapGroup("/provider/devices").WithTags("Devices").RequireAuthorization(Policies.Provider);

        devices.MapGet("", ListDevices).RefusesWith(400, 401, 403, 404);
        devices.MapGet("/{deviceId}", GetDevice).RefusesWith(401, 403, 404);
        devices.MapPut("/{deviceId}/ask", SetAsk).RefusesWith(400, 401, 403, 404);
    }

    /// <summary>The provider's devices, newest first.</summary>
    private static async Task<Results<Ok<PageResponse<ListedResponse>>, ProblemHttpResult>> ListDevices(
        [AsParameters] PageQuery page, string? state, Requester me, Desk desk) =>
        me.IsProvider(out var provider)
            ? await desk.Show(Lists.Device, page, provider.Value.Value, state)
            : Problems.NotAProvider();

    /// <summary>One device.</summary>
    private static async Task<Results<Ok<DeviceResponse>, ProblemHttpResult>> GetDevice(
        string deviceId, Requester me, Desk desk) =>
        await Find(deviceId, me, desk) is { } device
            ? TypedResults.Ok(DeviceResponse.From(device))
            : Problems.NotFound("device");

    /// <summary>Changes what a device asks. Work that has begun keeps its price.</summary>
    private static async Task<Results<Ok<DeviceResponse>, ProblemHttpResult>> SetAsk(
        string deviceId, SetAskRequest request, Requester me, Desk desk)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        return await Find(deviceId, me, desk) is { } device
            ? TypedResults.Ok(DeviceResponse.From(
                await desk.Grains.GetGrain<IDeviceGrain>(device.Id.Value).SetAsk(request.ToAsk())))
            : Problems.NotFound("device");
    }

    private static async Task<DeviceView?> Find(string deviceId, Requester me, Desk desk) =>
        me.IsProvider(out var provider)
        && Ids.Read<DeviceId>(deviceId, out var id)
        && await desk.Grains.GetGrain<IDeviceGrain>(id.Value).Describe() is { } device
        && device.Provider == provider
            ? device
            : null;
}
