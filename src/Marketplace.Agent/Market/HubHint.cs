namespace Marketplace.Agent.Market;

/// <summary>What the socket told the agent. Any of them may be lost.</summary>
internal abstract record HubHint
{
    private HubHint()
    {
    }

    /// <summary>The socket is open (again).</summary>
    public sealed record Connected : HubHint;

    /// <summary>There is work to lease.</summary>
    public sealed record WorkWaiting : HubHint;

    /// <summary>This attempt is no longer wanted.</summary>
    public sealed record Abandon(string Attempt) : HubHint;
}
