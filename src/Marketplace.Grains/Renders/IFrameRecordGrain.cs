using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>
/// Keeps of a frame with a picture what its render need not carry about; key <c>rnd_…:7</c>. It decides nothing: only
/// the render writes to it, before it stores what follows.
/// </summary>
[GrainInterfaceType("frame-record"), Alias("IFrameRecordGrain")]
internal interface IFrameRecordGrain : IGrainWithStringKey
{
    /// <summary>Keeps one making. The same number again takes the place of the first.</summary>
    [Alias("Keep")]
    Task Keep(FrameMaking making, IReadOnlyList<DoneUnit> units, CancellationToken cancel = default);

    /// <summary>The units of the last picture; none once they were forgotten.</summary>
    [Alias("Units")]
    Task<IReadOnlyList<DoneUnit>> Units(CancellationToken cancel = default);

    /// <summary>The frame is approved: its units are of no use any more. Harmless when there are none.</summary>
    [Alias("Forget")]
    Task Forget(CancellationToken cancel = default);

    /// <summary>What happened until its last picture, in order.</summary>
    [Alias("Events")]
    Task<IReadOnlyList<FrameEvent>> Events(CancellationToken cancel = default);
}
