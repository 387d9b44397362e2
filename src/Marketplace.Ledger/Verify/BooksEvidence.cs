using Marketplace.Domain.Verification;
using Marketplace.Ledger.Seals;

namespace Marketplace.Ledger.Verify;

/// <summary>What the books are compared with beside themselves. What is null is not compared.</summary>
public sealed record BooksEvidence
{
    public static readonly BooksEvidence None = new();

    /// <summary>Invariants that are left out on request, by their ids.</summary>
    public IReadOnlySet<string> LeftOut { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Invariant 7, and the anchors of epochs.</summary>
    public IChainEvidence? Chain { get; init; }

    /// <summary>Invariant 8.</summary>
    public IStripeEvidence? Stripe { get; init; }

    /// <summary>Invariant 12.</summary>
    public ILeaseEvidence? Leases { get; init; }

    /// <summary>Invariant 10b: how Ed25519 signatures are checked.</summary>
    public SignatureCheck? Signatures { get; init; }

    /// <summary>Invariant 15: the copies of the seals.</summary>
    public SealFolder? Seals { get; init; }

    /// <summary>Invariant 16.</summary>
    public IIndependentBook? Independent { get; init; }
}
