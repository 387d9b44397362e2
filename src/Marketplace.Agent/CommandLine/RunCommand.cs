using System.CommandLine;
using Marketplace.Agent.Devices;
using Marketplace.Agent.Work;
using Marketplace.Compute.Devices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Marketplace.Agent.CommandLine;

/// <summary><c>run</c>: works for the market until stopped.</summary>
internal static class RunCommand
{
    private static readonly AgentOptions Defaults = new();

    public static Command Make()
    {
        var data = MarketOptions.Data();
        var url = new Option<string?>("--url") { Description = "Base URL of the market; default: as enrolled." };
        var device = DeviceOptions.DeviceOrEnrolled();
        var threads = DeviceOptions.Threads();
        var portable = DeviceOptions.NoTensorCores();
        var cache = new Option<int>("--cache-gib")
        {
            Description = "GiB of models and scenes kept on disk.",
            DefaultValueFactory = _ => (int)(Defaults.CacheBytesMax >> 30),
        };
        var memory = Lend("--lend-memory-gib", "memory", "the device's memory");
        var disk = Lend("--lend-disk-gib", "disk", "--cache-gib");
        var poll = new Option<int>("--poll-ms")
        {
            Description = "Milliseconds between two askings for work without a hint.",
            DefaultValueFactory = _ => (int)Defaults.PollInterval.TotalMilliseconds,
        };
        var noop = new Option<bool>("--offer-noop")
        {
            Description = "Answer orders for the model noop, to measure the market itself.",
        };
        var command = new Command("run", "Works for the market until stopped.")
        {
            data, url, device, threads, portable, cache, memory, disk, poll, noop,
        };

        command.SetAction(async (parsed, cancel) =>
        {
            var identity = new IdentityFile(parsed.GetRequiredValue(data)).Load();
            identity = parsed.GetValue(url) is { } other
                ? identity with { Market = MarketOptions.Url(other) }
                : identity;
            var options = Defaults with
            {
                Slots = identity.Slots,
                CacheBytesMax = (long)Within("--cache-gib", parsed.GetValue(cache), 1, 1 << 20) << 30,
                LentMemoryBytes = Lent("--lend-memory-gib", parsed.GetValue(memory)),
                LentDiskBytes = Lent("--lend-disk-gib", parsed.GetValue(disk)),
                PollInterval = TimeSpan.FromMilliseconds(Within("--poll-ms", parsed.GetValue(poll), 10, 600_000)),
                OfferNoop = parsed.GetValue(noop),
            };
            using var opened = DeviceOptions.Open(
                parsed.GetValue(device) ?? identity.Device, parsed.GetValue(threads), parsed.GetValue(portable));

            await Work(
                identity, parsed.GetRequiredValue(data), opened, options, parsed.InvocationConfiguration.Error, cancel);

            return ExitCodes.Success;
        });

        return command;
    }

    private static Option<int?> Lend(string name, string what, string whole) => new(name)
    {
        Description = $"GiB of {what} for models that the market loads ahead; 0 for none. Default: half of {whole}.",
    };

    private static long? Lent(string name, int? gib) =>
        gib is { } told ? (long)Within(name, told, 0, 1 << 20) << 30 : null;

    private static async Task Work(
        DeviceIdentity identity,
        string data,
        ComputeDevice device,
        AgentOptions options,
        TextWriter error,
        CancellationToken cancel)
    {
        if (MarketOptions.WarningOf(identity.Market) is { } warning)
        {
            await error.WriteLineAsync(warning);
        }

        using var logs = LoggerFactory.Create(builder => builder
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss.fff ";
                console.ColorBehavior = LoggerColorBehavior.Disabled;
            })
            .AddFilter<ConsoleLoggerProvider>("Microsoft", LogLevel.Warning));

        logs.CreateLogger<Rig>().LogInformation(
            "{DeviceId} on {Device} with {Slots} slots.", identity.DeviceId, device.Facts.Name, options.Slots);

        using var engines = new DeviceEngines(device, options, TimeProvider.System, logs);
        using var rig = new Rig(
            identity, data, cache => engines.For(cache), options, TimeProvider.System, logs);

        await rig.Run(cancel);
    }

    private static int Within(string option, int value, int min, int max) => value >= min && value <= max
        ? value
        : throw new AgentFault(ExitCodes.Usage, $"{option}: {value} found, allowed are {min} to {max}");
}
