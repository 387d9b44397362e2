using Marketplace.Domain.Leases;
using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Renders;

/// <summary>An accepted unit.</summary>
/// <param name="Share">Place in the list of shares of who made it.</param>
[GenerateSerializer, Alias("DoneUnit")]
internal sealed record DoneUnit(
    [property: Id(0)] int Unit,
    [property: Id(1)] string Sha256,
    [property: Id(2)] long Bytes,
    [property: Id(3)] AttemptId Attempt,
    [property: Id(4)] int Share)
{
    /// <summary>Whether its device has signed it.</summary>
    [Id(5)]
    public bool IsSigned { get; init; }

    /// <summary>What was signed, while the render keeps few enough of them for its receipts.</summary>
    [Id(6)]
    public SignedResult? Result { get; init; }

    /// <summary>How it was drawn and checked; null where its device committed to nothing.</summary>
    [Id(7)]
    public UnitAudit? Audit { get; init; }

    /// <summary>What its check needs; null unless it was drawn.</summary>
    [Id(8)]
    public UnitProof? Proof { get; init; }

    /// <summary>Whether its check is still to come: until then it is neither used nor charged.</summary>
    public bool IsPending => Audit is { IsPending: true };

    /// <summary>Whether it does not stand: what follows from that is under way.</summary>
    public bool IsRejected => Audit is { Verdict.Leaf: LeafVerdict.Rejected };
}
