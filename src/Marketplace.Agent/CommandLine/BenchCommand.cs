using System.CommandLine;
using System.Globalization;
using Marketplace.Agent.Benches;
using Marketplace.Compute.Devices;

namespace Marketplace.Agent.CommandLine;

/// <summary><c>bench</c>: short figures per device.</summary>
internal static class BenchCommand
{
    public static Command Make()
    {
        var device = DevicesToTry.Option();
        var threads = DeviceOptions.Threads();
        var portable = DeviceOptions.NoTensorCores();
        var command = new Command("bench", "Measures each device for some seconds.") { device, threads, portable };

        command.SetAction((parsed, cancel) =>
        {
            Run(
                DevicesToTry.Open(
                    parsed.GetRequiredValue(device), parsed.GetValue(threads), parsed.GetValue(portable)),
                parsed.InvocationConfiguration.Output,
                cancel);
            return Task.FromResult(ExitCodes.Success);
        });

        return command;
    }

    private static void Run(IEnumerable<ComputeDevice> devices, TextWriter output, CancellationToken cancel)
    {
        foreach (var opened in devices)
        {
            var name = DevicesCommand.OptionOf(opened.Facts.Kind);
            output.WriteLine($"{name}: {opened.Facts.Name}");

            try
            {
                foreach (var (what, value, unit) in new DeviceBench(opened).Run(cancel))
                {
                    output.WriteLine(
                        string.Create(CultureInfo.InvariantCulture, $"  {what,-28}{value,12:0.00} {unit}"));
                }
            }
            catch (DeviceUnavailableException missing)
            {
                output.WriteLine($"  not measured any further: {missing.Message}");
            }
        }
    }
}
