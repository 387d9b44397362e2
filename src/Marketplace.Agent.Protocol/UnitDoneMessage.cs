using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>The end of a render unit; the sums have been uploaded before.</summary>
/// <param name="Work">The order's work id, so that any host can find it after a reconnect.</param>
/// <param name="Signature">
/// Base64 of the device's signature over <see cref="ResultStatement.Unit"/>; older agents send none.
/// </param>
/// <param name="PixelSamples">What the device has traced, as it is signed; billed is what was ordered.</param>
/// <param name="Leaves">
/// Root over the leaves of the unit, lower-case hex, as it is signed: see <c>UnitCommitment</c>.
/// </param>
/// <param name="LeavesSha256">
/// Hash of the leaves' files of sums, one behind the other, which have been uploaded before; only where the answer to
/// the first delivery was <see cref="DeliverReply.Open"/>.
/// </param>
/// <param name="LeavesBytes">Length of that file.</param>
[MessagePackObject]
public sealed record UnitDoneMessage(
    [property: Key(0)] string Attempt,
    [property: Key(1)] string SumsSha256,
    [property: Key(2)] long SumsBytes,
    [property: Key(3)] string? Work = null,
    [property: Key(4)] string? Signature = null,
    [property: Key(5)] long PixelSamples = 0,
    [property: Key(6)] string? Leaves = null,
    [property: Key(7)] string? LeavesSha256 = null,
    [property: Key(8)] long LeavesBytes = 0);
