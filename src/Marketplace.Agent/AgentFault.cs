namespace Marketplace.Agent;

/// <summary>Ends the program with one line on stderr: the message names the option, file or offset at fault.</summary>
internal sealed class AgentFault(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>One of <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; } = exitCode;
}
