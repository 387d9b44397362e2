using System.CommandLine;

namespace Marketplace.Cli.CommandLine;

/// <summary>
/// Which market, and as whom. The key is a secret and therefore no option: arguments are seen by others.
/// </summary>
internal static class MarketOptions
{
    private const string UrlVariable = "MARKETPLACE_URL";
    private const string KeyVariable = "MARKETPLACE_API_KEY";

    public static Option<string?> Url() => new("--url")
    {
        Description = $"Address of the market; default: {UrlVariable} of the environment.",
    };

    /// <summary>The address of a resource of the market.</summary>
    public static Uri Address(string? url, string path) => new(
        Web.Address("--url", url ?? Environment.GetEnvironmentVariable(UrlVariable)), path);

    /// <summary>The API key of the environment.</summary>
    /// <exception cref="CliFault">There is none.</exception>
    public static string Key() => Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key
        ? key
        : throw new CliFault(ExitCodes.Usage, $"{KeyVariable} of the environment must hold an API key");
}
