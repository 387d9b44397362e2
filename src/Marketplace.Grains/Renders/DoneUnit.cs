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
}
