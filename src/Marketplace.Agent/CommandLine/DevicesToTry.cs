using System.CommandLine;
using Marketplace.Compute.Devices;

namespace Marketplace.Agent.CommandLine;

/// <summary>The devices a check goes over: the one that is named, else all that are usable.</summary>
internal static class DevicesToTry
{
    private const string All = "all";

    public static Option<string> Option() => new("--device")
    {
        Description = $"all, {DeviceChoice.Allowed}.",
        DefaultValueFactory = _ => All,
    };

    /// <summary>Opens one after the other; each is closed before the next is opened.</summary>
    public static IEnumerable<ComputeDevice> Open(string device, int? threads, bool isWithoutTensorCores)
    {
        var names = device == All
            ? DeviceProbe.Probe().Usable.Select(facts => DevicesCommand.OptionOf(facts.Kind)).Distinct(
                StringComparer.Ordinal)
            : [device];

        foreach (var name in names)
        {
            using var opened = DeviceOptions.Open(name, threads, isWithoutTensorCores);
            yield return opened;
        }
    }
}
