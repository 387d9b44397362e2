using Marketplace.Domain.Leases;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Grains.Abstractions.Market;

/// <summary>What a device is to do, under this attempt. Exactly one of text, unit and audit is set; a text whose order
/// asks for embeddings is one of those.</summary>
[GenerateSerializer, Immutable, Alias("WorkOrder")]
public sealed record WorkOrder(
    [property: Id(0)] AttemptId Attempt,
    [property: Id(1)] string Work,
    [property: Id(2)] DateTimeOffset Deadline,
    [property: Id(3)] TextWork? Text,
    [property: Id(4)] UnitWork? Unit,
    [property: Id(5)] AuditWork? Audit = null);
