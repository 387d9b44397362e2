using System.CommandLine;
using Marketplace.Compute.Devices;

namespace Marketplace.Agent.CommandLine;

/// <summary>Parses and runs a command; whatever goes wrong is one line on stderr and an exit code of its own.</summary>
internal static class AgentCommandLine
{
    private const string Program = "marketplace-agent";

    public static async Task<int> Run(string[] arguments, TextWriter output, TextWriter error)
    {
        var parsed = Root().Parse(arguments);

        if (parsed.Errors.Count > 0)
        {
            await error.WriteLineAsync(
                $"{Program}: {OneLine(parsed.Errors[0].Message)} (--help lists what is allowed)");
            return ExitCodes.Usage;
        }

        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(10),
        };

        try
        {
            return await parsed.InvokeAsync(invocation);
        }
        catch (Exception fault)
        {
            var (exitCode, message) = Explain(fault);
            await error.WriteLineAsync($"{Program}: {OneLine(message)}");

            return exitCode;
        }
    }

    private static RootCommand Root() => new("The program on a rig: offers a device to the market, or uses it locally.")
    {
        DevicesCommand.Make(),
        BenchCommand.Make(),
        SelfTestCommand.Make(),
        EnrolCommand.Make(),
        RunCommand.Make(),
        GenerateCommand.Make(),
        CalibrateCommand.Make(),
        ModelIdCommand.Make(),
        RenderCommand.Make(),
        DemoSceneCommand.Make(),
    };

    private static (int ExitCode, string Message) Explain(Exception fault) => fault switch
    {
        AgentFault known => (known.ExitCode, known.Message),
        DeviceUnavailableException missing => (ExitCodes.Device, $"--device: {missing.Message}"),
        OperationCanceledException => (ExitCodes.Interrupted, "interrupted"),
        OutOfMemoryException => (ExitCodes.Device, "there is not enough memory for this"),
        _ => (ExitCodes.Internal, $"internal fault, please report it: {fault.GetType().Name}: {fault.Message}"),
    };

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();
}
