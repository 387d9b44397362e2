using Marketplace.Domain.Accounts;

namespace Marketplace.Domain.Compliance;

/// <summary>
/// Who acts on a case. People are told apart by their accounts: two keys of one account are one person.
/// </summary>
[GenerateSerializer, Immutable, Alias("Reviewer")]
public sealed record Reviewer(
    [property: Id(0)] AccountId Account, [property: Id(1)] string Key, [property: Id(2)] string Reason)
{
    /// <summary>The act for the audit log.</summary>
    public AdminAct Act => new(Key, Reason);
}
