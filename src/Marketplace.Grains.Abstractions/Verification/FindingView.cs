using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Abstractions.Verification;

/// <summary>Where a kept finding's file is.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Device">Whose work it is about.</param>
/// <param name="Work">The job.</param>
/// <param name="Sha256">Hash of the file in the store of findings.</param>
[GenerateSerializer, Immutable, Alias("FindingView")]
public sealed record FindingView(
    [property: Id(0)] FindingId Id,
    [property: Id(1)] string Device,
    [property: Id(2)] string Work,
    [property: Id(3)] string Sha256)
{
    /// <summary>Key of the blob store that holds findings, apart from what others upload.</summary>
    public const string BlobsKey = "findings";
}
