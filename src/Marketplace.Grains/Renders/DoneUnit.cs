using Marketplace.Domain.Leases;

namespace Marketplace.Grains.Renders;

/// <summary>An accepted unit.</summary>
/// <param name="Share">Place in the list of shares of who made it.</param>
[GenerateSerializer, Alias("DoneUnit")]
internal sealed record DoneUnit(
    [property: Id(0)] int Unit,
    [property: Id(1)] string Sha256,
    [property: Id(2)] long Bytes,
    [property: Id(3)] AttemptId Attempt,
    [property: Id(4)] int Share);
