using Marketplace.Domain.Accounts;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Api.Renders;

/// <summary>
/// Makes small still pictures of frames. All answer null when as many as one account may have under way are.
/// </summary>
public interface IFrameStills
{
    /// <summary>A stored picture as a WebP of at most 256 pixels.</summary>
    /// <param name="account">Who asks.</param>
    /// <param name="sha256">The picture in the blob store, lower-case hex.</param>
    /// <param name="isMarked">Whether a watermark goes over it.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="FileNotFoundException">The picture is gone.</exception>
    /// <exception cref="TimeoutException">Too many wait already; try again later.</exception>
    Task<byte[]?> Thumbnail(
        AccountId account, string sha256, bool isMarked, CancellationToken cancel = default);

    /// <summary>A stored picture as a PNG of at most 1024 pixels; otherwise as <see cref="Thumbnail"/>.</summary>
    Task<byte[]?> Preview(
        AccountId account, string sha256, bool isMarked, CancellationToken cancel = default);

    /// <summary>
    /// What is there of a frame under way, as a PNG of at most 1024 pixels with a watermark; black where nothing is.
    /// It may be some seconds old.
    /// </summary>
    /// <param name="account">Who asks.</param>
    /// <param name="render">The render.</param>
    /// <param name="order">What was ordered.</param>
    /// <param name="frame">Frame number.</param>
    /// <param name="units">Units that are in, and their sums.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="TimeoutException">Too many wait already; try again later.</exception>
    Task<byte[]?> Partial(
        AccountId account,
        RenderId render,
        RenderOrder order,
        int frame,
        IReadOnlyList<UnitFile> units,
        CancellationToken cancel = default);
}
