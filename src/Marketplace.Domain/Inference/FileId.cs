using System.Text.Json.Serialization;

namespace Marketplace.Domain.Inference;

/// <summary>Names one file of the OpenAI files API, such as <c>file_01j9…</c>. Nothing without the prefix.</summary>
[GenerateSerializer, Immutable, Alias("FileId")]
[JsonConverter(typeof(PrefixedIdJson<FileId>))]
public readonly record struct FileId : IPrefixedId<FileId>
{
    private FileId(string value) => Value = value;

    public static string Prefix => "file_";

    [Id(0)]
    public string Value { get; }

    public static FileId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    public static FileId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
