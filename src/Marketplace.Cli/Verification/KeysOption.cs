using System.CommandLine;
using Marketplace.Cli.CommandLine;
using Marketplace.Domain.Verification;

namespace Marketplace.Cli.Verification;

/// <summary>The option that says where the marketplace's public keys come from.</summary>
internal static class KeysOption
{
    private const int BytesMax = 1024 * 1024;
    private const string Path = "/v1/receipt-keys";

    public static Option<string> Make() => new("--keys")
    {
        Description = $"The public keys: a file with the answer of {Path}, or the market's address.",
        Required = true,
    };

    /// <exception cref="CliFault">They cannot be read.</exception>
    public static async Task<ReceiptKeys> Read(string from, Web web, CancellationToken cancel)
    {
        var isAddress = from.Contains("://", StringComparison.Ordinal);
        var text = isAddress
            ? await web.Get(new(Web.Address("--keys", from), Path), null, cancel)
            : SignedFile.Read("--keys", from, BytesMax);

        try
        {
            return ReceiptKeys.Parse(text);
        }
        catch (FormatException fault)
        {
            throw new CliFault(ExitCodes.Input, $"--keys: '{from}': {fault.Message}", fault);
        }
    }
}
