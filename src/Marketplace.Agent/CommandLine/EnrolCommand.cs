using System.CommandLine;
using Marketplace.Agent.Benches;
using Marketplace.Agent.Devices;
using Marketplace.Compute.Devices;
using Marketplace.Domain.Renders;

namespace Marketplace.Agent.CommandLine;

/// <summary><c>enrol</c>: makes the identity of a device with a one-time code of its provider.</summary>
internal static class EnrolCommand
{
    private const int SlotsMax = 64;
    private const int RegionLengthMax = 32;

    public static Command Make()
    {
        var url = new Option<string>("--url") { Description = "Base URL of the market.", Required = true };
        var code = new Option<string>("--code") { Description = "One-time enrolment code.", Required = true };
        var region = new Option<string>("--region")
        {
            Description = "Where the device is, such as eu.",
            Required = true,
        };
        var slots = new Option<int>("--slots")
        {
            Description = "Work done at the same time.",
            DefaultValueFactory = _ => 1,
        };
        var unscored = new Option<bool>("--no-score")
        {
            Description = "Does not measure how fast the device traces: for rigs that are to make texts.",
        };
        var device = DeviceOptions.Device();
        var data = MarketOptions.Data();
        var command = new Command("enrol", "Enrols a device of this machine with the market.")
        {
            url, code, region, slots, unscored, device, data,
        };

        command.SetAction((parsed, cancel) => Enrol(
            MarketOptions.Url(parsed.GetRequiredValue(url)),
            parsed.GetRequiredValue(code),
            OfferOf(
                parsed.GetRequiredValue(device),
                parsed.GetRequiredValue(region),
                parsed.GetRequiredValue(slots),
                parsed.GetValue(unscored),
                cancel),
            parsed.GetRequiredValue(data),
            parsed.InvocationConfiguration,
            cancel));

        return command;
    }

    private static DeviceOffer OfferOf(
        string device, string region, int slots, bool isUnscored, CancellationToken cancel)
    {
        if (slots is < 1 or > SlotsMax)
        {
            throw new AgentFault(ExitCodes.Usage, $"--slots: {slots} found, allowed are 1 to {SlotsMax}");
        }

        if (region.Length is 0 or > RegionLengthMax)
        {
            throw new AgentFault(ExitCodes.Usage, $"--region: 1 to {RegionLengthMax} characters are allowed");
        }

        using var opened = DeviceOptions.Open(device, null);
        var facts = opened.Facts;

        return new DeviceOffer(
            DevicesCommand.OptionOf(facts.Kind),
            DeviceOptions.WireKind(facts.Kind),
            facts.Name,
            facts.MemoryBytes,
            facts.Cores,
            region,
            slots,
            isUnscored ? null : ScoreOf(opened, cancel));
    }

    /// <summary>Null for a device that cannot trace: it is enrolled all the same.</summary>
    private static RenderScore? ScoreOf(ComputeDevice device, CancellationToken cancel)
    {
        try
        {
            return RenderSpeed.Measure(device, cancel).Score;
        }
        catch (DeviceUnavailableException)
        {
            return null;
        }
    }

    private static async Task<int> Enrol(
        Uri market,
        string code,
        DeviceOffer offer,
        string data,
        InvocationConfiguration console,
        CancellationToken cancel)
    {
        if (MarketOptions.WarningOf(market) is { } warning)
        {
            await console.Error.WriteLineAsync(warning);
        }

        var identity = await Enrolment.Run(market, code, offer, data, new AgentOptions(), cancel);
        await console.Output.WriteLineAsync(
            $"enrolled {identity.DeviceId} of {identity.ProviderId}: {offer.Kind}, {offer.Name}, "
                + (offer.Score is { } score ? $"render score {score}" : "not measured"));

        return ExitCodes.Success;
    }
}
