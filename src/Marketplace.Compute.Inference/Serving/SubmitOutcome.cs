namespace Marketplace.Compute.Inference.Serving;

/// <summary>What became of a submitted text.</summary>
public abstract record SubmitOutcome
{
    private SubmitOutcome()
    {
    }

    /// <summary>It waits or runs.</summary>
    public sealed record Accepted(ServedText Text) : SubmitOutcome;

    /// <summary>It could never run: prompt and tokens asked for need more blocks than there are.</summary>
    /// <param name="Blocks">Blocks that it needs.</param>
    /// <param name="BlocksMax">Blocks that there are.</param>
    public sealed record TooLarge(int Blocks, int BlocksMax) : SubmitOutcome;

    /// <summary>Too many texts wait.</summary>
    /// <param name="Waiting">Of all tenants.</param>
    /// <param name="WaitingMax">Texts that may wait.</param>
    public sealed record QueueFull(int Waiting, int WaitingMax) : SubmitOutcome;

    /// <summary>Too many texts of this tenant wait.</summary>
    /// <param name="Waiting">Of this tenant.</param>
    /// <param name="WaitingMax">Texts of one tenant that may wait.</param>
    public sealed record TenantQueueFull(int Waiting, int WaitingMax) : SubmitOutcome;
}
