using System.CommandLine;
using System.Globalization;
using Marketplace.Compute.Devices;
using Spectre.Console;

namespace Marketplace.Agent.CommandLine;

/// <summary><c>devices</c>: what was found, and why something was not usable.</summary>
internal static class DevicesCommand
{
    public static Command Make()
    {
        var command = new Command("devices", "Lists the devices of this machine, and why others are not usable.");
        command.SetAction(parsed => Show(parsed.InvocationConfiguration.Output));

        return command;
    }

    public static string OptionOf(DeviceKind kind) => kind switch
    {
        DeviceKind.Cuda => "cuda",
        DeviceKind.OpenCl => "opencl",
        DeviceKind.OpenClCpu => "opencl-cpu",
        _ => "host",
    };

    private static string TensorCoresOf(DeviceFacts facts) => facts.HasTensorCores
        ? "language models use its tensor cores where selftest finds them right"
        : "language models use the portable kernels: its tensor cores are older than compute capability 8.0";

    private static void Show(TextWriter output)
    {
        var report = DeviceProbe.Probe();
        var table = new Table().Border(TableBorder.Minimal)
            .AddColumns("--device", "name", "memory", "cores", "driver");

        foreach (var facts in report.Usable)
        {
            table.AddRow(
                OptionOf(facts.Kind),
                Markup.Escape(facts.Name),
                string.Create(CultureInfo.InvariantCulture, $"{facts.MemoryBytes / (double)(1 << 30):0.0} GiB"),
                facts.Cores.ToString(CultureInfo.InvariantCulture),
                Markup.Escape(facts.Driver));
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });

        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = 200;
        }

        console.Write(table);

        foreach (var facts in report.Usable.Where(facts => facts.Kind == DeviceKind.Cuda))
        {
            output.WriteLine($"{OptionOf(facts.Kind)}: {facts.Name}: {TensorCoresOf(facts)}");
        }

        foreach (var unusable in report.Unusable)
        {
            output.WriteLine($"not usable: {OptionOf(unusable.Kind)}: {unusable.Reason}");
        }
    }
}
