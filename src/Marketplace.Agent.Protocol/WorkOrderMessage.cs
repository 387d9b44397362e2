using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>What to do, under this attempt. Exactly one of text, unit, embedding and audit is set.</summary>
[MessagePackObject]
public sealed record WorkOrderMessage(
    [property: Key(0)] string Attempt,
    [property: Key(1)] string Work,
    [property: Key(2)] DateTimeOffset Deadline,
    [property: Key(3)] TextOrderMessage? Text,
    [property: Key(4)] UnitOrderMessage? Unit,
    [property: Key(5)] EmbeddingOrderMessage? Embedding = null,
    [property: Key(6)] AuditOrderMessage? Audit = null);
