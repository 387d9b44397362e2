namespace Marketplace.Grains.Payouts;

/// <summary>How a lookup table on the chain compares with what is written down of it.</summary>
internal abstract record TableVerdict
{
    private TableVerdict()
    {
    }

    /// <summary>Everything in it stands where it was planned, and all that is final is there.</summary>
    public sealed record AsWritten : TableVerdict;

    /// <summary>The nodes do not know it yet, or less of it than is final: no evidence of anything.</summary>
    public sealed record NotThere : TableVerdict;

    /// <summary>It was ended, or holds what nobody planned.</summary>
    public sealed record Differs(string Why) : TableVerdict;
}
