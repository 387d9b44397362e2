namespace Marketplace.Agent.Protocol;

/// <summary>
/// Where an agent finds the market, below its base URL. All HTTPS bodies are JSON in camelCase but for blobs.
/// </summary>
public static class AgentRoutes
{
    /// <summary>
    /// Version of this protocol; an agent with another one is refused with 426. 2: units name a clip. An agent that
    /// does not know of it would trace the wrong pose. 3: texts come with a commitment to their logits, units with one
    /// to their leaves, and there are orders of embeddings. 4: units say how bright one indirect contribution may be;
    /// an agent of before cuts all at 10, which fails the check.
    /// </summary>
    public const int Version = 4;

    /// <summary>POST <see cref="EnrolRequest"/> → <see cref="EnrolResponse"/>.</summary>
    public const string Enrol = "/agent/v1/enrol";

    /// <summary>POST <see cref="ChallengeRequest"/> → <see cref="ChallengeResponse"/>.</summary>
    public const string Challenge = "/agent/v1/challenge";

    /// <summary>POST <see cref="SessionRequest"/> → <see cref="SessionResponse"/>.</summary>
    public const string Session = "/agent/v1/session";

    /// <summary>
    /// SignalR hub with MessagePack; bearer token of the session (query parameter access_token for sockets).
    /// </summary>
    public const string Hub = "/agent/v1/hub";

    /// <summary>
    /// The same as <see cref="HubMethods.Lease"/> without a socket: POST → 200 <see cref="WorkOrderMessage"/> or 204.
    /// </summary>
    public const string Lease = "/agent/v1/lease";

    /// <summary>
    /// <see cref="HubMethods.Heartbeat"/> without a socket: POST <see cref="HeartbeatMessage"/> → 200 string[].
    /// </summary>
    public const string Heartbeat = "/agent/v1/heartbeat";

    /// <summary>
    /// <see cref="HubMethods.Models"/> without a socket: POST <see cref="ModelsMessage"/> → 200
    /// <see cref="KeepModelMessage"/>[].
    /// </summary>
    public const string Models = "/agent/v1/models";

    /// <summary>
    /// <see cref="HubMethods.StreamTokens"/> without a socket: POST <see cref="TokensMessage"/> → 200
    /// <see cref="ReplyResponse"/>.
    /// </summary>
    public const string Tokens = "/agent/v1/tokens";

    /// <summary>
    /// <see cref="HubMethods.DeliverText"/> without a socket, and the only way for a text of more than
    /// <see cref="HubMessageBytesMax"/>: POST <see cref="TextDoneMessage"/> → 200 <see cref="ReplyResponse"/>.
    /// </summary>
    public const string Text = "/agent/v1/text";

    /// <summary>
    /// <see cref="HubMethods.DeliverEmbedding"/> without a socket: POST <see cref="EmbeddingDoneMessage"/> → 200
    /// <see cref="ReplyResponse"/>.
    /// </summary>
    public const string Embedding = "/agent/v1/embedding";

    /// <summary>
    /// <see cref="HubMethods.DeliverUnit"/> without a socket: POST <see cref="UnitDoneMessage"/> → 200
    /// <see cref="ReplyResponse"/>.
    /// </summary>
    public const string Unit = "/agent/v1/unit";

    /// <summary>
    /// <see cref="HubMethods.DeliverAudit"/> without a socket, and the only way for more than
    /// <see cref="HubMessageBytesMax"/>: POST <see cref="AuditDoneMessage"/> → 200 <see cref="ReplyResponse"/>.
    /// </summary>
    public const string Audit = "/agent/v1/audit";

    /// <summary>
    /// <see cref="HubMethods.Fail"/> without a socket: POST <see cref="FailedMessage"/> → 200
    /// <see cref="ReplyResponse"/>.
    /// </summary>
    public const string Fail = "/agent/v1/fail";

    /// <summary>
    /// GET (with ranges) and PUT below it: /agent/v1/blobs/{sha256}. A device may get the files that its current
    /// attempts need or that it was asked to keep, and nothing else; <see cref="WorkQuery"/> helps a host that did not
    /// lease them find that out.
    /// </summary>
    public const string Blobs = "/agent/v1/blobs";

    /// <summary>Query parameter of GET blobs: a work id that the rig is at; may be repeated.</summary>
    public const string WorkQuery = "work";

    /// <summary>Work ids that one request may name; more are ignored.</summary>
    public const int WorksNamedMax = 16;

    /// <summary>Largest hub message, bytes: the end of the longest plain text carries each of its tokens.</summary>
    public const int HubMessageBytesMax = 512 * 1024;

    /// <summary>Largest text at <see cref="Text"/>, bytes: each of its tokens with the probabilities of 21.</summary>
    public const int TextBytesMax = 16 * 1024 * 1024;

    /// <summary>Bytes an agent signs: this text, a zero byte, the device id in ASCII, a zero byte, the nonce.</summary>
    public const string ChallengeContext = "marketplace-agent-session-1";
}
