using Marketplace.Api.Devices;
using Marketplace.Api.Http;
using Marketplace.Api.Providers;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Abstractions.Providers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Admin;

/// <summary>Providers and their devices.</summary>
internal static class ProviderAdminEndpoints
{
    public static void MapProviderAdmin(this IEndpointRouteBuilder admin)
    {
        var providers = admin.MapGroup("/providers/{providerId}").WithTags("Providers");

        providers.MapGet("", InspectProvider).RefusesWith(401, 403, 404);
        providers.MapPost("/suspend", SuspendProvider).RefusesWith(400, 401, 403, 404);
        providers.MapPost("/resume", ResumeProvider).RefusesWith(400, 401, 403, 404);

        var devices = admin.MapGroup("/devices/{deviceId}").WithTags("Devices");

        devices.MapGet("", InspectDevice).RefusesWith(401, 403, 404);
        devices.MapPost("/drain", DrainDevice).RefusesWith(400, 401, 403, 404);
        devices.MapPost("/undrain", UndrainDevice).RefusesWith(400, 401, 403, 404);
        devices.MapPost("/reinstate", ReinstateDevice).RefusesWith(400, 401, 403, 404);
    }

    /// <summary>A provider.</summary>
    private static async Task<Results<Ok<ProviderResponse>, ProblemHttpResult>> InspectProvider(
        string providerId, Desk desk) =>
        await FindProvider(providerId, desk) is { } provider
            ? TypedResults.Ok(ProviderResponse.From(provider))
            : Problems.NotFound("provider");

    /// <summary>Stops all new work of a provider's devices and all its payouts.</summary>
    private static Task<Results<Ok<ProviderResponse>, ProblemHttpResult>> SuspendProvider(
        string providerId, ReasonRequest request, Requester me, Desk desk) =>
        Act(providerId, request, desk, provider => provider.Suspend(me.Act(request.Reason)));

    /// <summary>Ends a suspension.</summary>
    private static Task<Results<Ok<ProviderResponse>, ProblemHttpResult>> ResumeProvider(
        string providerId, ReasonRequest request, Requester me, Desk desk) =>
        Act(providerId, request, desk, provider => provider.Resume(me.Act(request.Reason)));

    /// <summary>A device.</summary>
    private static async Task<Results<Ok<DeviceResponse>, ProblemHttpResult>> InspectDevice(
        string deviceId, Desk desk) =>
        await FindDevice(deviceId, desk) is { } device
            ? TypedResults.Ok(DeviceResponse.From(device))
            : Problems.NotFound("device");

    /// <summary>Lets a device finish what it has and gives it nothing new.</summary>
    private static Task<Results<Ok<DeviceResponse>, ProblemHttpResult>> DrainDevice(
        string deviceId, ReasonRequest request, Requester me, Desk desk) =>
        ActOnDevice(deviceId, request, desk, device => device.Drain(me.Act(request.Reason)));

    /// <summary>Gives a drained device work again.</summary>
    private static Task<Results<Ok<DeviceResponse>, ProblemHttpResult>> UndrainDevice(
        string deviceId, ReasonRequest request, Requester me, Desk desk) =>
        ActOnDevice(deviceId, request, desk, device => device.Undrain(me.Act(request.Reason)));

    /// <summary>Forgives a device its failed checks: it gets work again.</summary>
    private static Task<Results<Ok<DeviceResponse>, ProblemHttpResult>> ReinstateDevice(
        string deviceId, ReasonRequest request, Requester me, Desk desk) =>
        ActOnDevice(deviceId, request, desk, device => device.Reinstate(me.Act(request.Reason)));

    private static async Task<Results<Ok<ProviderResponse>, ProblemHttpResult>> Act(
        string providerId, ReasonRequest request, Desk desk, Func<IProviderGrain, Task> act)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        if (await FindProvider(providerId, desk) is null)
        {
            return Problems.NotFound("provider");
        }

        await act(desk.Grains.GetGrain<IProviderGrain>(providerId));
        return await InspectProvider(providerId, desk);
    }

    private static async Task<Results<Ok<DeviceResponse>, ProblemHttpResult>> ActOnDevice(
        string deviceId, ReasonRequest request, Desk desk, Func<IDeviceGrain, Task> act)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        if (await FindDevice(deviceId, desk) is null)
        {
            return Problems.NotFound("device");
        }

        await act(desk.Grains.GetGrain<IDeviceGrain>(deviceId));
        return await InspectDevice(deviceId, desk);
    }

    private static async Task<ProviderView?> FindProvider(string providerId, Desk desk) =>
        Ids.Read<ProviderId>(providerId, out var id)
            ? await desk.Grains.GetGrain<IProviderGrain>(id.Value).Describe()
            : null;

    private static async Task<DeviceView?> FindDevice(string deviceId, Desk desk) =>
        Ids.Read<DeviceId>(deviceId, out var id)
            ? await desk.Grains.GetGrain<IDeviceGrain>(id.Value).Describe()
            : null;
}
