namespace Marketplace.Api.Renders;

/// <summary>Makes one moving picture of the finished frames of a render.</summary>
public interface IFramePreview
{
    /// <summary>An animated WebP of stored pictures, in the order in which they are seen.</summary>
    /// <param name="pictures">At least one.</param>
    /// <param name="framesPerSecond">Pictures a second, from 1.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="FileNotFoundException">A picture is gone.</exception>
    /// <exception cref="TimeoutException">Too many wait already; try again later.</exception>
    Task<byte[]> Make(IReadOnlyList<PreviewFrame> pictures, int framesPerSecond, CancellationToken cancel = default);
}
