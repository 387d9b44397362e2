namespace Marketplace.Agent.Protocol;

/// <summary>
/// A <see cref="DeliverReply"/> as a JSON body: <c>{"reply":"accepted"}</c>, <c>stale</c> or <c>refused</c>.
/// </summary>
public sealed record ReplyResponse(string Reply)
{
    private const string Accepted = "accepted";
    private const string Stale = "stale";
    private const string Refused = "refused";

    public static ReplyResponse From(DeliverReply reply) => new(reply switch
    {
        DeliverReply.Accepted => Accepted,
        DeliverReply.Stale => Stale,
        _ => Refused,
    });

    /// <summary>What the word means; null for a word this version does not know.</summary>
    public DeliverReply? ToReply() => Reply switch
    {
        Accepted => DeliverReply.Accepted,
        Stale => DeliverReply.Stale,
        Refused => DeliverReply.Refused,
        _ => null,
    };
}
