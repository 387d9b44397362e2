using System.CommandLine;
using Marketplace.Cli.CommandLine;

namespace Marketplace.Cli.Accounts;

/// <summary><c>balance</c>: what the account has, as the market says it.</summary>
internal static class BalanceCommand
{
    public static Command Make()
    {
        var url = MarketOptions.Url();
        var command = new Command("balance", "Shows the account's balance.") { url };
        command.SetAction((parsed, cancel) => Run(
            parsed.GetValue(url), parsed.InvocationConfiguration.Output, cancel));

        return command;
    }

    private static async Task<int> Run(string? url, TextWriter output, CancellationToken cancel)
    {
        using var web = new Web();
        await output.WriteLineAsync(
            await web.Get(MarketOptions.Address(url, "/v1/balance"), MarketOptions.Key(), cancel));

        return ExitCodes.Success;
    }
}
