using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payouts;

/// <summary>Whether a payout may be made.</summary>
public abstract record PayoutVerdict
{
    private PayoutVerdict()
    {
    }

    /// <summary>It may; to this wallet.</summary>
    public sealed record Granted(string Wallet) : PayoutVerdict;

    /// <summary>Payouts are stopped.</summary>
    public sealed record Frozen(string Why) : PayoutVerdict;

    /// <summary>The provider is suspended.</summary>
    public sealed record Suspended : PayoutVerdict;

    /// <summary>The provider is one for tests: nothing real is paid out.</summary>
    public sealed record TestProvider : PayoutVerdict;

    /// <summary>No wallet is set.</summary>
    public sealed record NoWallet : PayoutVerdict;

    /// <summary>The wallet is too new.</summary>
    public sealed record WalletLocked(DateTimeOffset Until) : PayoutVerdict;

    /// <summary>Below the minimum.</summary>
    public sealed record TooSmall(Usdc Minimum) : PayoutVerdict;

    /// <summary>The travel rule wants fields of the provider's identity that are not told.</summary>
    public sealed record IdentityMissing(IReadOnlyList<string> Fields) : PayoutVerdict;

    /// <summary>Less is payable.</summary>
    public sealed record NotEnough(Usdc Payable) : PayoutVerdict;

    /// <summary>The day's number is used up.</summary>
    public sealed record TooMany(int PerDay) : PayoutVerdict;
}
