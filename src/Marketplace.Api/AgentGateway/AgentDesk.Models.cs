using Marketplace.Agent.Protocol;
using Marketplace.Api.Inference;
using Marketplace.Api.Renders;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Abstractions.Market;

namespace Marketplace.Api.AgentGateway;

/// <summary>Models and scenes that rigs have at hand, and models that are loaded ahead of work.</summary>
internal sealed partial class AgentDesk
{
    public async Task<KeepModelMessage[]> Models(DeviceId device, ModelsMessage message)
    {
        var models = new DeviceModels(
            Hashes(message.Loaded, DeviceModels.ToldMax),
            Hashes(message.Held, DeviceModels.ToldMax),
            Math.Max(0, message.LentBytes),
            Math.Clamp(message.LoadedMax, 0, DeviceModels.ToldMax),
            Hashes(message.Scenes, DeviceModels.ScenesMax),
            message.Audits,
            message.TakesTokens,
            message.HoldsCalls,
            message.TellsPrompts);
        var asked = (message.Asked ?? [])
            .Where(one => AssetHash.IsOne(one.Sha256 ?? string.Empty)
                && RegisterModelRequest.IsName(one.Name ?? string.Empty))
            .Take(DeviceModels.ToldMax)
            .Select(one => new TicketModel(one.Name, one.Sha256))
            .ToArray();

        await grains.GetGrain<IDeviceGrain>(device.Value).KeepModels(models);
        var kept = await grains.GetGrain<IModelPlacementGrain>(0).Report(device, models, asked);

        return
        [
            .. kept.Select(one => new KeepModelMessage(
                one.Name, one.Sha256, one.Bytes, one.Files is { } bundle ? OrderMessages.From(bundle) : null)),
        ];
    }

    private static string[] Hashes(string[]? told, int max) =>
    [
        .. (told ?? []).Where(hash => AssetHash.IsOne(hash ?? string.Empty))
            .Distinct(StringComparer.Ordinal)
            .Take(max),
    ];
}
