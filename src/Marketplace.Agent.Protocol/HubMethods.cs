namespace Marketplace.Agent.Protocol;

/// <summary>Names of the hub's methods.</summary>
public static class HubMethods
{
    /// <summary>Agent → market: <see cref="HeartbeatMessage"/> → attempts to give up (string[]).</summary>
    public const string Heartbeat = "Heartbeat";

    /// <summary>Agent → market: nothing → <see cref="WorkOrderMessage"/> or null.</summary>
    public const string Lease = "Lease";

    /// <summary>Agent → market: <see cref="TokensMessage"/> → <see cref="DeliverReply"/>.</summary>
    public const string SendTokens = "SendTokens";

    /// <summary>
    /// Agent → market: <see cref="TokensMessage"/> → <see cref="ReplyResponse"/>, which also says what to send again.
    /// Agents of 0.1.0 call <see cref="SendTokens"/>, which cannot say it.
    /// </summary>
    public const string StreamTokens = "StreamTokens";

    /// <summary>Agent → market: <see cref="TextDoneMessage"/> → <see cref="DeliverReply"/>.</summary>
    public const string DeliverText = "DeliverText";

    /// <summary>Agent → market: <see cref="EmbeddingDoneMessage"/> → <see cref="DeliverReply"/>.</summary>
    public const string DeliverEmbedding = "DeliverEmbedding";

    /// <summary>Agent → market: <see cref="UnitDoneMessage"/> → <see cref="DeliverReply"/>.</summary>
    public const string DeliverUnit = "DeliverUnit";

    /// <summary>Agent → market: <see cref="AuditDoneMessage"/> → <see cref="DeliverReply"/>.</summary>
    public const string DeliverAudit = "DeliverAudit";

    /// <summary>
    /// Agent → market: <see cref="ModelsMessage"/> → all models that it should keep (<see cref="KeepModelMessage"/>[]).
    /// </summary>
    public const string Models = "Models";

    /// <summary>Agent → market: <see cref="FailedMessage"/> → <see cref="DeliverReply"/>.</summary>
    public const string Fail = "Fail";

    /// <summary>Market → agent, a hint: lease now.</summary>
    public const string WorkWaiting = "WorkWaiting";

    /// <summary>Market → agent, a hint: this attempt (string) is no longer wanted.</summary>
    public const string Abandon = "Abandon";
}
