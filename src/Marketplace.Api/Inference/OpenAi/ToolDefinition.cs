using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Marketplace.Api.Http;
using Marketplace.Domain.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>A tool that the model may call.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed partial record ToolDefinition
{
    /// <summary>Tools of one request.</summary>
    public const int CountMax = 128;

    private const int PatternMilliseconds = 100;

    /// <summary>Only <c>function</c>.</summary>
    public required string Type { get; init; }

    /// <summary>What it is called and takes.</summary>
    public required ToolFunction Function { get; init; }

    public void Check(string field, Faults faults)
    {
        if (Type != "function")
        {
            faults.Add($"{field}.type", "must be function");
        }

        if (!NamePattern().IsMatch(Function.Name))
        {
            faults.Add($"{field}.function.name", "must have 1 to 64 letters, digits, underscores and hyphens");
        }

        if (Function.Parameters is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Object) })
        {
            faults.Add($"{field}.function.parameters", "must be a JSON schema, an object");
        }
        else if (Function.Parameters is { } parameters
            && parameters.GetRawText().Length is var length and > InferenceLimits.SchemaLengthMax)
        {
            faults.Add(
                $"{field}.function.parameters",
                $"has {length} characters, allowed are {InferenceLimits.SchemaLengthMax}");
        }
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$", RegexOptions.None, PatternMilliseconds)]
    private static partial Regex NamePattern();

    /// <summary>A function.</summary>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
    internal sealed record ToolFunction
    {
        /// <summary>Its name.</summary>
        public required string Name { get; init; }

        /// <summary>What it does, for the model.</summary>
        public string? Description { get; init; }

        /// <summary>A JSON schema of its arguments; none when left out.</summary>
        public JsonElement? Parameters { get; init; }

        /// <summary>Whether every call must have arguments of the schema in every detail.</summary>
        public bool? Strict { get; init; }
    }
}
