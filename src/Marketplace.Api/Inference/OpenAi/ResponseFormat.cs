using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Api.Http;
using Marketplace.Domain.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Reads the field <c>response_format</c>: text, any JSON object, or JSON of a schema.</summary>
internal static class ResponseFormat
{
    public const string Field = "response_format";

    /// <summary>The field that a schema stands in.</summary>
    public const string SchemaField = Field + ".json_schema.schema";

    /// <summary>A schema that every object is of.</summary>
    private const string AnyObject = "{}";

    public static void Check(JsonElement? format, Faults faults)
    {
        switch (TypeOf(format))
        {
            case "text" or "json_object":
                break;
            case "json_schema":
                CheckSchema(format!.Value, faults);
                break;
            default:
                faults.Add(Field, "is not supported with this value; allowed: type text, json_object or json_schema");
                break;
        }
    }

    /// <summary>The schema, or null where any text will do; ask only for what passed the check.</summary>
    public static string? Read(JsonElement? format) => TypeOf(format) switch
    {
        "json_object" => AnyObject,
        "json_schema" => format!.Value.GetProperty("json_schema").GetProperty("schema").GetRawText(),
        _ => null,
    };

    /// <summary>
    /// What takes the schema's place where texts cannot be held to it: the same but for what they cannot be held to.
    /// Where that is no schema either, its type alone, an object where it names none or several. Null where it is
    /// strict, or where there is no schema; ask only for what passed the check.
    /// </summary>
    public static async Task<string?> Loosened(JsonElement? format, ISchemaReader schemas)
    {
        if (TypeOf(format) != "json_schema")
        {
            return null;
        }

        var named = format!.Value.GetProperty("json_schema");
        var schema = named.GetProperty("schema");

        return named.TryGetProperty("strict", out var strict) && strict.ValueKind == JsonValueKind.True ? null
            : await schemas.Loosen(schema.GetRawText()) is { } loose ? loose
            : schema.TryGetProperty("type", out var type)
                && type.ValueKind == JsonValueKind.String
                && type.GetString() is not "object"
                    ? new JsonObject { ["type"] = type.GetString() }.ToJsonString()
                    : AnyObject;
    }

    private static void CheckSchema(JsonElement format, Faults faults)
    {
        if (!format.TryGetProperty("json_schema", out var named)
            || named.ValueKind != JsonValueKind.Object
            || !named.TryGetProperty("schema", out var schema)
            || schema.ValueKind != JsonValueKind.Object)
        {
            faults.Add(SchemaField, "must be a JSON schema, an object");
            return;
        }

        if (schema.GetRawText().Length is var length and > InferenceLimits.SchemaLengthMax)
        {
            faults.Add(SchemaField, $"has {length} characters, allowed are {InferenceLimits.SchemaLengthMax}");
        }
    }

    private static string? TypeOf(JsonElement? format) =>
        Json.IsNothing(format) ? "text"
            : format is { ValueKind: JsonValueKind.Object } given
                && given.TryGetProperty("type", out var type)
                && type.ValueKind == JsonValueKind.String
                    ? type.GetString()
                    : null;
}
