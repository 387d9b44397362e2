using Marketplace.Domain.Accounts;
using Marketplace.Domain.Compliance;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;

namespace Marketplace.Domain.Payments;

/// <summary>
/// USDC that goes back on chain, to a wallet that its owner names: from a customer's balance, or a deposit whose owner
/// was never found. It travels as payouts do and is named like one.
/// </summary>
[GenerateSerializer, Immutable, Alias("UsdcRefund")]
public sealed record UsdcRefund
{
    [Id(0)]
    public required PayoutId Id { get; init; }

    /// <summary>Whose balance it takes; null for a deposit in suspense.</summary>
    [Id(1)]
    public AccountId? Account { get; init; }

    /// <summary>The transaction of the deposit in suspense that goes back; null for a balance.</summary>
    [Id(2)]
    public string? Deposit { get; init; }

    [Id(3)]
    public RailName Rail { get; init; }

    [Id(4)]
    public required Usdc Amount { get; init; }

    /// <summary>Base58 address that was named for it; never taken from where the deposit came from.</summary>
    [Id(5)]
    public required string Wallet { get; init; }

    /// <summary>Who has that wallet, as far as it was told.</summary>
    [Id(6)]
    public ProviderIdentity Beneficiary { get; init; } = new();

    /// <summary>The words of a payout's states; see <see cref="UsdcRefundStates"/>.</summary>
    [Id(7)]
    public required string State { get; init; }

    /// <summary>The transaction that pays it, once there is one.</summary>
    [Id(8)]
    public string? Signature { get; init; }

    /// <summary>What keeps it, or how it ended without being paid.</summary>
    [Id(9)]
    public string? Trouble { get; init; }

    /// <summary>The verdict of screening that let it pass, or null before.</summary>
    [Id(10)]
    public string? Screening { get; init; }

    /// <summary>The administrator who asked for it; null where the customer did.</summary>
    [Id(11)]
    public Reviewer? AskedBy { get; init; }

    /// <summary>The case under which its money is blocked, or null.</summary>
    [Id(12)]
    public string? BlockedBy { get; init; }

    [Id(13)]
    public required DateTimeOffset CreatedAt { get; init; }

    [Id(14)]
    public DateTimeOffset? PaidAt { get; init; }

    /// <summary>Where the money is until it goes out.</summary>
    public LedgerAccount Source => Account is { } customer ? Chart.Available(customer) : Chart.Suspense;

    /// <summary>Whether this asks for the same: another content under the same id is a mistake.</summary>
    public bool AsksSame(UsdcRefund other) =>
        (Id, Account, Deposit, Rail, Amount, Wallet) ==
        (other.Id, other.Account, other.Deposit, other.Rail, other.Amount, other.Wallet)
        && Beneficiary == other.Beneficiary;
}
