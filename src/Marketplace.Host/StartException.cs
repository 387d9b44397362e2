using Marketplace.Storage.Migrations;
using Microsoft.Extensions.Options;

namespace Marketplace.Host;

/// <summary>
/// The host cannot start as it is configured; the message says what to change. Ends the process with code 2.
/// </summary>
public sealed class StartException(string message) : Exception(message)
{
    public const int ExitCode = 2;

    /// <summary>
    /// What to tell whoever started the host, or null when the fault is none of configuration and its trace is wanted.
    /// </summary>
    public static string? Explain(Exception wrong) => wrong switch
    {
        StartException or OptionsValidationException or MigrationException => wrong.Message,
        AggregateException several when several.InnerExceptions.All(one => Explain(one) is not null) =>
            string.Join(' ', several.InnerExceptions.Select(Explain).Distinct(StringComparer.Ordinal)),
        _ => null,
    };
}
