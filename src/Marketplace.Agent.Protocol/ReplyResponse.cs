using System.Text.Json.Serialization;
using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>
/// A <see cref="DeliverReply"/> in words: <c>{"reply":"accepted"}</c>, <c>stale</c>, <c>refused</c> or
/// <c>open</c>.
/// </summary>
/// <param name="Reply">The word.</param>
/// <param name="ResendFrom">
/// Index of the first token that the market lacks, when these came after a gap: a restart forgot what was not stored.
/// Send again from there. An agent that does not is right too: the end of the text carries every token.
/// </param>
[MessagePackObject]
public sealed record ReplyResponse(
    [property: Key(0)] string Reply,
    [property: Key(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? ResendFrom = null)
{
    private const string Accepted = "accepted";
    private const string Stale = "stale";
    private const string Refused = "refused";
    private const string Open = "open";

    public static ReplyResponse From(DeliverReply reply, int? resendFrom = null) => new(reply switch
    {
        DeliverReply.Accepted => Accepted,
        DeliverReply.Stale => Stale,
        DeliverReply.Open => Open,
        _ => Refused,
    }, resendFrom);

    /// <summary>What the word means; null for a word this version does not know.</summary>
    public DeliverReply? ToReply() => Reply switch
    {
        Accepted => DeliverReply.Accepted,
        Stale => DeliverReply.Stale,
        Refused => DeliverReply.Refused,
        Open => DeliverReply.Open,
        _ => null,
    };
}
