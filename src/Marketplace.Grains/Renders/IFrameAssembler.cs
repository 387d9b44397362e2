namespace Marketplace.Grains.Renders;

/// <summary>
/// Makes a frame's picture from the sums of its units. Asked, it answers at once and does the work on a queue of its
/// own; the picture is reported by <c>IRenderGrain.FrameAssembled</c>. Not durable: a render that hears nothing asks
/// again.
/// </summary>
public interface IFrameAssembler
{
    /// <summary>Puts the frame on the queue. Asking again while it is there is harmless.</summary>
    Task Assemble(FrameOrder frame, CancellationToken cancel = default);
}
