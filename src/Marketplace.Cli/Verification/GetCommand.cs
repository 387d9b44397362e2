using System.CommandLine;
using System.Text;
using Marketplace.Cli.CommandLine;

namespace Marketplace.Cli.Verification;

/// <summary><c>receipts get</c>: fetches a receipt's file, byte for byte.</summary>
internal static class GetCommand
{
    public static Command Make()
    {
        var id = new Argument<string>("ID") { Description = "The receipt, such as rcp_01j9…" };
        var file = new Option<string?>("--out") { Description = "File to write; without it the receipt is printed." };
        var url = MarketOptions.Url();
        var command = new Command("get", "Fetches a receipt with its proof.") { id, file, url };
        command.SetAction((parsed, cancel) => Run(
            parsed.GetRequiredValue(id),
            parsed.GetValue(file),
            parsed.GetValue(url),
            parsed.InvocationConfiguration.Output,
            cancel));

        return command;
    }

    private static async Task<int> Run(
        string id, string? file, string? url, TextWriter output, CancellationToken cancel)
    {
        using var web = new Web();
        var address = MarketOptions.Address(url, $"/v1/receipts/{Uri.EscapeDataString(id)}");
        var receipt = await web.Get(address, MarketOptions.Key(), cancel);

        if (file is null)
        {
            await output.WriteAsync(receipt);
            return ExitCodes.Success;
        }

        try
        {
            await File.WriteAllTextAsync(file, receipt, new UTF8Encoding(false), cancel);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CliFault(ExitCodes.Input, $"--out: {fault.Message}", fault);
        }

        return ExitCodes.Success;
    }
}
