using System.CommandLine;

namespace Marketplace.Agent.CommandLine;

/// <summary>The options that say where the market and the identity are.</summary>
internal static class MarketOptions
{
    public static Option<string> Data() => new("--data")
    {
        Description = "Directory of the identity and the cache; one per device.",
        Required = true,
    };

    /// <summary>The base URL, ending in a slash.</summary>
    /// <exception cref="AgentFault">It is no http or https URL.</exception>
    public static Uri Url(string text) =>
        Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
        && url is { UserInfo: "", Query: "", Fragment: "" }
            ? url
            : throw new AgentFault(
                ExitCodes.Usage, $"--url: '{text}' found, expected a base URL such as https://market.example");

    /// <summary>Said once at start, where a session's token would travel in the clear.</summary>
    public static string? WarningOf(Uri url) => url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback
        ? $"warning: {url} is not https; whoever can read the traffic can act as this device for some minutes"
        : null;
}
