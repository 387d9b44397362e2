using System.Text.Json.Serialization;

namespace Marketplace.Domain.Accounts;

/// <summary>
/// Names one API key; not the secret itself, such as <c>key_01j9…</c>. Anything without the prefix is refused.
/// </summary>
[GenerateSerializer, Immutable, Alias("ApiKeyId")]
[JsonConverter(typeof(PrefixedIdJson<ApiKeyId>))]
public readonly record struct ApiKeyId : IPrefixedId<ApiKeyId>
{
    private ApiKeyId(string value) => Value = value;

    public static string Prefix => "key_";

    [Id(0)]
    public string Value { get; }

    public static ApiKeyId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    public static ApiKeyId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
