namespace Marketplace.Solana.Rpc;

/// <summary>How several nodes are used together.</summary>
public sealed record NodeRules
{
    /// <summary>
    /// How many must say the same where money depends on it; all of them where there are fewer. Default 2.
    /// </summary>
    public int Quorum { get; init; } = 2;

    /// <summary>How long one node is waited for before the next one is asked too. Default 1 s.</summary>
    public TimeSpan HedgeAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a node that failed, was slow or was of another chain comes last. Default 30 s.</summary>
    public TimeSpan RestFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a node is believed to be of our chain before it is asked again. Default 10 s.</summary>
    public TimeSpan ChainKnownFor { get; init; } = TimeSpan.FromSeconds(10);
}
