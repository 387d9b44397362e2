using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>What an audit of a text has measured.</summary>
/// <param name="Positions">One for each token of the order, one behind the other: see <c>MeasuredPosition</c>.</param>
/// <param name="Work">The order's work id, so that any host can find it after a reconnect.</param>
/// <param name="Signature">
/// Base64 of the device's signature over <see cref="ResultStatement.Audit"/>; without one it is refused.
/// </param>
[MessagePackObject]
public sealed record AuditDoneMessage(
    [property: Key(0)] string Attempt,
    [property: Key(1)] byte[] Positions,
    [property: Key(2)] string? Work = null,
    [property: Key(3)] string? Signature = null);
