using System.CommandLine;
using Marketplace.Cli.Accounts;
using Marketplace.Cli.Inference;
using Marketplace.Cli.Invoices;
using Marketplace.Cli.Verification;
using Marketplace.Cli.Webhooks;

namespace Marketplace.Cli.CommandLine;

/// <summary>Parses and runs a command; whatever goes wrong is one line on stderr and an exit code of its own.</summary>
internal static class MarketplaceCommandLine
{
    private const string Program = "marketplace";

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

    private static RootCommand Root() => new("Renters' and providers' command line; checks receipts offline.")
    {
        new Command("receipts", "Receipts of finished work.") { VerifyCommand.Make(), GetCommand.Make() },
        new Command("findings", "What was found of a device's work.") { VerifyFindingCommand.Make() },
        new Command("models", "Models of the catalogue.") { VerifyModelsCommand.Make() },
        new Command("webhooks", "Messages to your own server.") { VerifyWebhookCommand.Make() },
        new Command("jobs", "Text jobs.") { CreateJobCommand.Make(), WatchJobCommand.Make() },
        BalanceCommand.Make(),
        InvoiceCommands.Make(),
    };

    private static (int ExitCode, string Message) Explain(Exception fault) => fault switch
    {
        CliFault known => (known.ExitCode, known.Message),
        OperationCanceledException => (ExitCodes.Interrupted, "interrupted, or no answer in time"),
        HttpRequestException unreachable => (ExitCodes.Refused, unreachable.Message),
        _ => (ExitCodes.Internal, $"internal fault, please report it: {fault.GetType().Name}: {fault.Message}"),
    };

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();
}
