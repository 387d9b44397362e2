namespace Marketplace.Compute.Inference.Serving;

/// <summary>An engine at one moment; counts go up from its start.</summary>
public sealed record ServingMetrics
{
    /// <summary>Texts that wait for room.</summary>
    public required int Waiting { get; init; }

    /// <summary>Texts that run.</summary>
    public required int Running { get; init; }

    public required int Blocks { get; init; }

    /// <summary>Blocks of running texts.</summary>
    public required int BlocksUsed { get; init; }

    /// <summary>Blocks that nobody uses, kept for texts with the same beginning.</summary>
    public required int BlocksKept { get; init; }

    public required long Steps { get; init; }

    /// <summary>Tokens of prompts and prefixes of texts that began to run.</summary>
    public required long PromptTokens { get; init; }

    /// <summary>Of these, those whose keys and values were found.</summary>
    public required long PrefixHitTokens { get; init; }

    public required long TokensMade { get; init; }

    /// <summary>Texts that ended by themselves.</summary>
    public required long Ended { get; init; }

    public required long Cancelled { get; init; }

    /// <summary>How often batch texts gave way and were to be read again.</summary>
    public required long GaveWay { get; init; }

    /// <summary>Texts that an error ended.</summary>
    public required long Faulted { get; init; }
}
