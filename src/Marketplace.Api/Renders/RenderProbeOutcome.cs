using Marketplace.Domain.Renders;

namespace Marketplace.Api.Renders;

/// <summary>What became of a probe.</summary>
public abstract record RenderProbeOutcome
{
    private RenderProbeOutcome()
    {
    }

    /// <summary>It was made, now or earlier.</summary>
    public sealed record Measured(RenderProbe Probe) : RenderProbeOutcome;

    /// <summary>It is at work or waits; ask again in a moment.</summary>
    public sealed record Pending : RenderProbeOutcome;

    /// <summary>The account has as many under way as it may.</summary>
    public sealed record AccountBusy(int Max) : RenderProbeOutcome;

    /// <summary>The host has as many waiting as it takes.</summary>
    public sealed record HostBusy : RenderProbeOutcome;

    /// <summary>The order cannot be quoted, and asking again does not help; the text says why.</summary>
    public sealed record Unusable(string Why) : RenderProbeOutcome;
}
