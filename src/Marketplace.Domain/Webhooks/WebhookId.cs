using System.Text.Json.Serialization;

namespace Marketplace.Domain.Webhooks;

/// <summary>Names one webhook, such as <c>whk_01j9…</c>. Anything without the prefix is refused.</summary>
[GenerateSerializer, Immutable, Alias("WebhookId")]
[JsonConverter(typeof(PrefixedIdJson<WebhookId>))]
public readonly record struct WebhookId : IPrefixedId<WebhookId>
{
    private WebhookId(string value) => Value = value;

    public static string Prefix => "whk_";

    [Id(0)]
    public string Value { get; }

    public static WebhookId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    public static WebhookId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
