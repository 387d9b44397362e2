using System.CommandLine;
using Marketplace.Agent.SelfTests;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Inference.Ilgpu;

namespace Marketplace.Agent.CommandLine;

/// <summary><c>selftest</c>: known answers per device.</summary>
internal static class SelfTestCommand
{
    public static Command Make()
    {
        var device = DevicesToTry.Option();
        var threads = DeviceOptions.Threads();
        var portable = DeviceOptions.NoTensorCores();
        var command = new Command("selftest", "Checks known answers on the devices; exits with 6 when one is wrong.")
        {
            device, threads, portable,
        };

        command.SetAction((parsed, cancel) => Task.FromResult(Run(
            DevicesToTry.Open(parsed.GetRequiredValue(device), parsed.GetValue(threads), parsed.GetValue(portable)),
            parsed.InvocationConfiguration.Output,
            cancel)));

        return command;
    }

    private static int Run(IEnumerable<ComputeDevice> devices, TextWriter output, CancellationToken cancel)
    {
        var wrong = 0;

        foreach (var opened in devices)
        {
            var name = DevicesCommand.OptionOf(opened.Facts.Kind);

            try
            {
                foreach (var path in MatrixPaths.Of(opened))
                {
                    output.WriteLine($"{name}: matrix products: {path}");
                }

                foreach (var finding in new SelfTest(opened).Run(cancel))
                {
                    output.WriteLine($"{name}: {finding.Name}: {finding.Wrong ?? "ok"}");
                    wrong += finding.Wrong is null ? 0 : 1;
                }
            }
            catch (DeviceUnavailableException missing)
            {
                output.WriteLine($"{name}: not checked any further: {missing.Message}");
            }
        }

        output.WriteLine(wrong == 0 ? "all answers are right" : $"{wrong} answers are wrong");

        return wrong == 0 ? ExitCodes.Success : ExitCodes.SelfTest;
    }
}
