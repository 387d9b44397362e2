using System.CommandLine;
using Marketplace.Cli.CommandLine;

namespace Marketplace.Cli.Invoices;

/// <summary><c>invoices list</c> and <c>invoices get</c>: what the market says, as it says it.</summary>
internal static class InvoiceCommands
{
    private const string Path = "/v1/invoices";

    public static Command Make() => new("invoices", "Monthly invoices.") { List(), Get() };

    private static Command List()
    {
        var url = MarketOptions.Url();
        var command = new Command("list", "Shows the account's invoices.") { url };
        command.SetAction((parsed, cancel) => Print(
            MarketOptions.Address(parsed.GetValue(url), Path), parsed.InvocationConfiguration.Output, cancel));

        return command;
    }

    private static Command Get()
    {
        var number = new Argument<string>("NUMBER") { Description = "Such as INV-000042, or preview." };
        var format = new Option<string>("--format")
        {
            Description = "json, csv or html.",
            DefaultValueFactory = _ => "json",
        };
        format.AcceptOnlyFromAmong("json", "csv", "html");
        var url = MarketOptions.Url();
        var command = new Command("get", "Shows one invoice.") { number, format, url };
        command.SetAction((parsed, cancel) => Print(
            MarketOptions.Address(
                parsed.GetValue(url),
                $"{Path}/{Uri.EscapeDataString(parsed.GetRequiredValue(number))}"
                    + $"?format={parsed.GetRequiredValue(format)}"),
            parsed.InvocationConfiguration.Output,
            cancel));

        return command;
    }

    private static async Task<int> Print(Uri address, TextWriter output, CancellationToken cancel)
    {
        using var web = new Web();
        await output.WriteLineAsync(await web.Get(address, MarketOptions.Key(), cancel));

        return ExitCodes.Success;
    }
}
