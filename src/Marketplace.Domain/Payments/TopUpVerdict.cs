using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payments;

/// <summary>Whether a top-up may begin.</summary>
public abstract record TopUpVerdict
{
    private TopUpVerdict()
    {
    }

    /// <summary>It may.</summary>
    public sealed record Granted : TopUpVerdict;

    /// <summary>Outside the bounds.</summary>
    public sealed record OutOfBounds(Cents Minimum, Cents Maximum) : TopUpVerdict;

    /// <summary>Too many in an hour.</summary>
    public sealed record TooMany(int PerHour, DateTimeOffset Until) : TopUpVerdict;

    /// <summary>More than a limit of young accounts leaves.</summary>
    public sealed record AboveLimit(string Limit, Cents Cap, Cents Left) : TopUpVerdict;
}
