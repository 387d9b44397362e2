using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Api.Http;
using Marketplace.Api.Inference.Jinja;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Reads the field <c>chat_template_kwargs</c>: what a request tells the model's template besides.</summary>
internal static partial class TemplateValues
{
    /// <summary>Values of one request.</summary>
    public const int CountMax = 16;

    /// <summary>Characters of a text among them.</summary>
    public const int LengthMax = 1_024;

    private const string Field = "chat_template_kwargs";
    private const int PatternMilliseconds = 100;

    // What the conversation, the model and the interpreter say.
    private static readonly string[] Taken =
    [
        "messages", "tools", "documents", "add_generation_prompt", "bos_token", "eos_token", "raise_exception",
        Globals.TimeFunction, "range", "dict", "namespace", "loop",
    ];

    public static void Check(JsonElement? values, Faults faults)
    {
        if (Json.IsLeftOut(values))
        {
            return;
        }

        if (values is not { ValueKind: JsonValueKind.Object } given)
        {
            faults.Add(Field, "must be an object of texts, numbers and booleans");
            return;
        }

        faults.Range(Field, given.EnumerateObject().Count(), 0, CountMax);

        foreach (var member in given.EnumerateObject().Take(CountMax))
        {
            Check(member, faults);
        }
    }

    private static void Check(JsonProperty member, Faults faults)
    {
        if (!NamePattern().IsMatch(member.Name))
        {
            faults.Add(Field, "has a name that is not of 1 to 64 letters, digits and underscores");
        }
        else if (Taken.Contains(member.Name, StringComparer.Ordinal))
        {
            faults.Add($"{Field}.{member.Name}", "is not the request's to say");
        }
        else if (member.Value.ValueKind is JsonValueKind.Array or JsonValueKind.Object)
        {
            faults.Add($"{Field}.{member.Name}", "must be a text, a number or a boolean");
        }
        else if (member.Value.ValueKind == JsonValueKind.String && member.Value.GetString()!.Length > LengthMax)
        {
            faults.Add($"{Field}.{member.Name}", $"has more than {LengthMax} characters");
        }
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,63}$", RegexOptions.None, PatternMilliseconds)]
    private static partial Regex NamePattern();
}
