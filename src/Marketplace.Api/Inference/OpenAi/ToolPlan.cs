using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Api.Http;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>What a conversation's tools are, and whether one of them must be called.</summary>
/// <param name="Functions">At least one; where a certain one must be called, that one alone.</param>
/// <param name="IsForced">Whether the answer is a call; else the model chooses.</param>
internal sealed record ToolPlan(IReadOnlyList<ToolDefinition.ToolFunction> Functions, bool IsForced)
{
    /// <summary>Calls of one answer.</summary>
    public const int CallsMost = 64;

    private const string ChoiceField = "tool_choice";
    private const string AnyArguments = """{"type":"object","additionalProperties":true}""";
    private const string NoArguments = """{"type":"object","properties":{}}""";

    /// <summary>Calls that an answer may have.</summary>
    public int CallsMax { get; init; } = CallsMost;

    /// <summary>How the model writes calls.</summary>
    public CallForm Form { get; init; } = CallForm.Hermes;

    /// <summary>Whether one of the functions wants its calls of its schema in every detail.</summary>
    public bool IsStrict => Functions.Any(function => function.Strict == true);

    /// <summary>
    /// Whether it takes a grammar of whole answers to hold the calls: one that is demanded alone takes a schema.
    /// </summary>
    public bool TakesGrammar => !IsForced || CallsMax > 1;

    private string Arguments => Form.Arguments;

    /// <summary>What a demanded call is held to.</summary>
    public string Schema => SchemaOf(Functions.Select(function => ParametersOf(function)));

    /// <summary>
    /// The same where it cannot be held to: of functions that are not strict, arguments of as much of their schema as
    /// can be held to, or of any kind.
    /// </summary>
    public async Task<string?> Loosened(ISchemaReader schemas) => SchemaOf(await HeldArguments(schemas));

    /// <summary>What arguments of each function are held to.</summary>
    public async Task<IReadOnlyList<JsonNode>> HeldArguments(ISchemaReader schemas)
    {
        var arguments = new List<JsonNode>(Functions.Count);

        foreach (var function in Functions)
        {
            var asked = ParametersOf(function);
            arguments.Add(function.Strict == true || await schemas.WhyRefused(asked.ToJsonString()) is null
                ? asked
                : await schemas.Loosen(asked.ToJsonString()) is { } loose ? JsonNode.Parse(loose)! : Anything());
        }

        return arguments;
    }

    /// <summary>A schema that any arguments are of.</summary>
    public static JsonNode Anything() => JsonNode.Parse(AnyArguments)!;

    public static void Check(IReadOnlyList<ToolDefinition>? tools, JsonElement? choice, Faults faults)
    {
        faults.Range("tools", tools?.Count ?? 0, 0, ToolDefinition.CountMax);

        for (var at = 0; at < (tools?.Count ?? 0) && at < ToolDefinition.CountMax; at++)
        {
            tools![at].Check($"tools[{at}]", faults);
        }

        if (tools?.DistinctBy(tool => tool.Function.Name, StringComparer.Ordinal).Count() < tools?.Count)
        {
            faults.Add("tools", "have two functions of one name");
        }

        var (word, name) = Read(choice);

        if (word is null && name is null)
        {
            faults.Add(
                ChoiceField,
                "must be none, auto, required or {\"type\": \"function\", \"function\": {\"name\": \"…\"}}");
        }
        else if (name is not null && tools?.Any(tool => tool.Function.Name == name) != true)
        {
            faults.Add(ChoiceField, $"names {name}, which is none of the tools");
        }
        else if (word == "required" && tools is not { Count: > 0 })
        {
            faults.Add(ChoiceField, "demands a call, and there are no tools");
        }
    }

    /// <summary>The plan, or null where no tool is to be called; ask only for what passed the check.</summary>
    public static ToolPlan? Of(IReadOnlyList<ToolDefinition>? tools, JsonElement? choice)
    {
        if (tools is not { Count: > 0 })
        {
            return null;
        }

        var functions = tools.Select(tool => tool.Function);
        return Read(choice) switch
        {
            (_, { } name) => new([.. functions.Where(one => one.Name == name)], IsForced: true) { CallsMax = 1 },
            ("required", _) => new([.. functions], IsForced: true),
            ("none", _) => null,
            _ => new([.. functions], IsForced: false),
        };
    }

    /// <summary>One of the words, or a function's name; neither when it is not understood.</summary>
    private static (string? Word, string? Name) Read(JsonElement? choice) => choice switch
    {
        _ when Json.IsLeftOut(choice) => ("auto", null),
        { ValueKind: JsonValueKind.String } word when word.GetString() is "none" or "auto" or "required" =>
            (word.GetString(), null),
        { ValueKind: JsonValueKind.Object } named
            when named.TryGetProperty("function", out var function)
            && function.ValueKind == JsonValueKind.Object
            && function.TryGetProperty("name", out var name)
            && name.ValueKind == JsonValueKind.String => (null, name.GetString()),
        _ => (null, null),
    };

    private string SchemaOf(IEnumerable<JsonNode> arguments)
    {
        var calls = new JsonArray();

        foreach (var (at, (function, asked)) in Functions.Zip(arguments).Index())
        {
            // References are to be right in their new place.
            Move(asked, $"#/anyOf/{at}/properties/{Arguments}");
            calls.Add(new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject
                {
                    ["name"] = new JsonObject { ["const"] = function.Name },
                    [Arguments] = asked,
                },
                ["required"] = new JsonArray("name", Arguments),
                ["additionalProperties"] = false,
            });
        }

        return new JsonObject { ["anyOf"] = calls }.ToJsonString();
    }

    private static JsonNode ParametersOf(ToolDefinition.ToolFunction function) =>
        JsonNode.Parse(function.Parameters is { ValueKind: JsonValueKind.Object } given
            ? given.GetRawText()
            : NoArguments)!;

    private static void Move(JsonNode? node, string to)
    {
        if (node is JsonArray list)
        {
            foreach (var one in list)
            {
                Move(one, to);
            }
        }

        if (node is not JsonObject members)
        {
            return;
        }

        foreach (var (name, value) in members.ToList())
        {
            if (name == "$ref"
                && value is JsonValue text
                && text.TryGetValue<string>(out var pointer)
                && pointer.StartsWith('#'))
            {
                members[name] = to + pointer[1..];
            }
            else
            {
                Move(value, to);
            }
        }
    }
}
