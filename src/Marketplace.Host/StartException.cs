namespace Marketplace.Host;

/// <summary>The host cannot start as it is configured; the message says what to change. Ends the process with code 2.</summary>
public sealed class StartException(string message) : Exception(message)
{
    public const int ExitCode = 2;
}
