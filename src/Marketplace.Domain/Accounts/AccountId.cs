using System.Text.Json.Serialization;

namespace Marketplace.Domain.Accounts;

/// <summary>
/// Names one account: a customer, a provider's owner or an administrator, such as <c>acc_01j9…</c>. Anything without
/// the prefix is refused.
/// </summary>
[GenerateSerializer, Immutable, Alias("AccountId")]
[JsonConverter(typeof(PrefixedIdJson<AccountId>))]
public readonly record struct AccountId : IPrefixedId<AccountId>
{
    private AccountId(string value) => Value = value;

    public static string Prefix => "acc_";

    [Id(0)]
    public string Value { get; }

    public static AccountId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    public static AccountId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
