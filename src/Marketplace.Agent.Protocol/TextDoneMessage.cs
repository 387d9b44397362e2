using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>The end of a text.</summary>
/// <param name="Work">The order's work id, so that any host can find it after a reconnect.</param>
/// <param name="Signature">
/// Base64 of the device's signature over <see cref="ResultStatement.Text"/>; older agents send none.
/// </param>
/// <param name="LogitHeader">
/// Header of the device's commitment: see <c>LogitCommitment</c>. Null for a text of no model.
/// </param>
/// <param name="LogitRecords">Its records, one behind the other.</param>
/// <param name="CachedTokens">
/// Of the prompt's tokens, those that the device had read before and did not read again; signed by nobody.
/// </param>
[MessagePackObject]
public sealed record TextDoneMessage(
    [property: Key(0)] string Attempt,
    [property: Key(1)] string FinishReason,
    [property: Key(2)] int PromptTokens,
    [property: Key(3)] TokenMessage[] Tokens,
    [property: Key(4)] string? Work = null,
    [property: Key(5)] string? Signature = null,
    [property: Key(6)] byte[]? LogitHeader = null,
    [property: Key(7)] byte[]? LogitRecords = null,
    [property: Key(8)] int CachedTokens = 0);
