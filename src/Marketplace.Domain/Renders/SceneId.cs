using System.Text.Json.Serialization;

namespace Marketplace.Domain.Renders;

/// <summary>Names one scene of one account; follows from the manifest, so the same files give the same id.</summary>
[GenerateSerializer, Immutable, Alias("SceneId")]
[JsonConverter(typeof(PrefixedIdJson<SceneId>))]
public readonly record struct SceneId : IPrefixedId<SceneId>
{
    private SceneId(string value) => Value = value;

    public static string Prefix => "scn_";

    [Id(0)]
    public string Value { get; }

    public static SceneId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    public static SceneId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
