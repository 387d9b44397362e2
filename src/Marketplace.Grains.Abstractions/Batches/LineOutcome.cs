namespace Marketplace.Grains.Abstractions.Batches;

/// <summary>What became of a wish to run a line.</summary>
public abstract record LineOutcome
{
    private LineOutcome()
    {
    }

    /// <summary>Its job exists.</summary>
    public sealed record Ordered : LineOutcome;

    /// <summary>It cannot be run.</summary>
    public sealed record Refused(LineAnswer Answer) : LineOutcome;

    /// <summary>The account has not enough money free; lines that end may free some.</summary>
    public sealed record NoMoney(LineAnswer Answer) : LineOutcome;

    /// <summary>No device can take it now; the window is long, and devices come and go.</summary>
    public sealed record NoDevice : LineOutcome;
}
