namespace Marketplace.Cli;

/// <summary>Ends the program with one line on stderr: the message names the option, file or member at fault.</summary>
internal sealed class CliFault(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>One of <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; } = exitCode;
}
