using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Api.Inference.Jinja;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>A conversation as a template is told it.</summary>
/// <param name="Messages">The oldest first.</param>
/// <param name="Plan">What the model may call; null for nothing.</param>
/// <param name="More">Further values, by the names that the template may know them by.</param>
internal sealed record ChatConversation(IReadOnlyList<ChatMessage> Messages, ToolPlan? Plan, JsonElement? More)
{
    private const int ShortIdLength = 9;

    /// <summary>Whether it speaks of tools or of calls.</summary>
    public bool HasTools => Plan is not null || HasCalls;

    /// <summary>Whether a call was made in it, or answered.</summary>
    public bool HasCalls =>
        Messages.Any(message => message.Role == ChatMessage.Tool || message.ToolCalls is { Count: > 0 });

    /// <summary>
    /// What the template gets. Roles are the template's own words, as they are checked; all else is data.
    /// </summary>
    public Dictionary<string, JinjaValue> Values(TemplateForm form, Func<Dictionary<string, JinjaValue>> model)
    {
        var values = model();

        if (More is { ValueKind: JsonValueKind.Object } more)
        {
            foreach (var member in more.EnumerateObject())
            {
                values[member.Name] = JinjaValue.Of(member.Value);
            }
        }

        values["messages"] = new JinjaValue.List([.. Messages.Select(message => Message(message, form))]);

        if (Plan is not null)
        {
            values["tools"] = new JinjaValue.List([.. Plan.Functions.Select(Tool)]);
        }

        return values;
    }

    private static JinjaValue.Dict Message(ChatMessage message, TemplateForm form)
    {
        var members = new OrderedDictionary<string, JinjaValue>(StringComparer.Ordinal)
        {
            ["role"] = JinjaValue.Own(
                message.Role == "developer" && !form.KnowsDeveloper ? "system" : message.Role),
            ["content"] = Content(message, form),
        };

        if (message.ToolCalls is { Count: > 0 } calls)
        {
            members["tool_calls"] = new JinjaValue.List([.. calls.Select(call => Call(call, form))]);
        }

        if (message.ToolCallId is { } answered)
        {
            members["tool_call_id"] = JinjaValue.Data(Id(answered, form));
        }

        return new(members, hasOwnKeys: true);
    }

    private static JinjaValue Content(ChatMessage message, TemplateForm form) =>
        message is { Text.Length: 0, ToolCalls.Count: > 0 } && !form.WantsContent ? JinjaValue.Nothing
            : form.WantsParts ? new JinjaValue.List(
            [
                Members(("type", JinjaValue.Own("text")), ("text", JinjaValue.Data(message.Text))),
            ])
            : JinjaValue.Data(message.Text);

    private static JinjaValue.Dict Call(ToolCall call, TemplateForm form) => Members(
        ("id", JinjaValue.Data(Id(call.Id, form))),
        ("type", JinjaValue.Own(ToolCall.FunctionType)),
        ("function", Members(
            ("name", JinjaValue.Data(call.Function.Name)),
            ("arguments", form.WantsArgumentsWritten
                ? JinjaValue.Data(call.Function.Arguments)
                : Arguments(call.Function.Arguments)))));

    /// <summary>The arguments as the object that their text is.</summary>
    private static JinjaValue Arguments(string written)
    {
        using var json = JsonDocument.Parse(written);
        return JinjaValue.Of(json.RootElement);
    }

    private static JinjaValue.Dict Tool(ToolDefinition.ToolFunction function)
    {
        List<(string, JinjaValue)> members = [("name", JinjaValue.Data(function.Name))];

        if (function.Description is { } description)
        {
            members.Add(("description", JinjaValue.Data(description)));
        }

        if (function.Parameters is { ValueKind: JsonValueKind.Object } parameters)
        {
            members.Add(("parameters", JinjaValue.Of(parameters)));
        }

        return Members(("type", JinjaValue.Own(ToolCall.FunctionType)), ("function", Members([.. members])));
    }

    /// <summary>
    /// The same id for a call and its answer; another of nine characters where the template takes no other.
    /// </summary>
    private static string Id(string id, TemplateForm form) =>
        !form.WantsShortIds || (id.Length == ShortIdLength && id.All(char.IsAsciiLetterOrDigit))
            ? id
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..ShortIdLength];

    private static JinjaValue.Dict Members(params ReadOnlySpan<(string Name, JinjaValue Value)> members)
    {
        var made = new OrderedDictionary<string, JinjaValue>(StringComparer.Ordinal);

        foreach (var (name, value) in members)
        {
            made[name] = value;
        }

        return new(made, hasOwnKeys: true);
    }
}
