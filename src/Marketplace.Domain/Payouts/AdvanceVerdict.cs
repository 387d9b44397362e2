using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payouts;

/// <summary>Whether an advance may be made.</summary>
public abstract record AdvanceVerdict
{
    private AdvanceVerdict()
    {
    }

    /// <summary>It may, less this discount.</summary>
    public sealed record Granted(Usdc Discount) : AdvanceVerdict;

    /// <summary>More than the limit, which may be zero.</summary>
    public sealed record TooMuch(Usdc Limit) : AdvanceVerdict;

    /// <summary>One is not repaid yet.</summary>
    public sealed record StillOpen(Usdc Outstanding) : AdvanceVerdict;

    /// <summary>The provider is suspended.</summary>
    public sealed record Suspended : AdvanceVerdict;

    /// <summary>Money going out is stopped.</summary>
    public sealed record Frozen(string Why) : AdvanceVerdict;
}
