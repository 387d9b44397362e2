namespace Marketplace.Domain;

/// <summary>Who does an administrative act and why; both end up in the audit log.</summary>
/// <param name="Actor">The key id of the administrator.</param>
/// <param name="Reason">Free text, 3 to 500 characters, mandatory.</param>
[GenerateSerializer, Immutable, Alias("AdminAct")]
public sealed record AdminAct([property: Id(0)] string Actor, [property: Id(1)] string Reason);
