using System.Text.Json.Serialization;

namespace Marketplace.Domain.Payouts;

/// <summary>
/// Names one payout to a provider's wallet, such as <c>pay_01j9…</c>. Anything without the prefix is refused.
/// </summary>
[GenerateSerializer, Immutable, Alias("PayoutId")]
[JsonConverter(typeof(PrefixedIdJson<PayoutId>))]
public readonly record struct PayoutId : IPrefixedId<PayoutId>
{
    private PayoutId(string value) => Value = value;

    public static string Prefix => "pay_";

    [Id(0)]
    public string Value { get; }

    public static PayoutId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    public static PayoutId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
