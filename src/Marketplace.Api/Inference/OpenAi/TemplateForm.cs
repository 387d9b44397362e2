using System.Text.Json;
using Marketplace.Api.Inference.Jinja;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>
/// A template, and how it wants to be told things. Templates differ in what they read, and leave out in silence what
/// they do not, so each is asked once with words that must come back.
/// </summary>
internal sealed record TemplateForm
{
    private const string Question = "probeQuestion";
    private const string Function = "probeFunction";
    private const string Value = "probeValue";
    private const string Answer = "probeAnswer";
    private const string CallId = "probeId01";

    private static readonly bool[] Both = [false, true];

    /// <summary>The template.</summary>
    public required JinjaTemplate Template { get; init; }

    /// <summary>How its model writes calls; null where that is not understood here.</summary>
    public CallForm? Calls { get; private init; }

    /// <summary>Whether it tells the model its tools, and the model's calls are understood.</summary>
    public bool TellsTools { get; private init; }

    /// <summary>Whether it tells calls that were made, and what came of them.</summary>
    public bool TellsCalls { get; private init; }

    /// <summary>Whether it wants arguments of calls as their text instead of as an object.</summary>
    public bool WantsArgumentsWritten { get; private init; }

    /// <summary>Whether it wants the empty text, not null, beside calls.</summary>
    public bool WantsContent { get; private init; }

    /// <summary>Whether it reads contents as lists of parts alone.</summary>
    public bool WantsParts { get; private init; }

    /// <summary>Whether it takes ids of calls of nine letters and digits alone.</summary>
    public bool WantsShortIds { get; private init; }

    /// <summary>Whether it knows the role developer, which is system to the others.</summary>
    public bool KnowsDeveloper { get; private init; }

    /// <exception cref="JinjaException">The template cannot be read.</exception>
    public static TemplateForm Of(string source, Func<Dictionary<string, JinjaValue>> values)
    {
        var calls = CallForm.Of(source);
        var form = new TemplateForm
        {
            Template = JinjaTemplate.Parse(source),
            Calls = calls,
            WantsShortIds = calls == CallForm.Mistral,
            KnowsDeveloper = source.Contains("developer", StringComparison.Ordinal),
        };
        form = form with { WantsParts = !Tells(form, values, [], Question) && TellsParts(form, values) };
        form = form with { TellsTools = calls is not null && Tells(form, values, [Tool()], Function) };
        var asked = from isWritten in Both
                    from hasContent in Both
                    select form with
                    {
                        TellsCalls = true,
                        WantsArgumentsWritten = isWritten,
                        WantsContent = hasContent,
                    };

        return asked.FirstOrDefault(one => TellsHistory(one, values)) ?? form;
    }

    private static bool TellsParts(TemplateForm form, Func<Dictionary<string, JinjaValue>> values) =>
        Tells(form with { WantsParts = true }, values, [], Question);

    private static bool Tells(
        TemplateForm form,
        Func<Dictionary<string, JinjaValue>> values,
        IReadOnlyList<ToolDefinition.ToolFunction> tools,
        params string[] words) => Tells(form, values, [Said("user", Question)], tools, words);

    /// <summary>Calls come back with name, argument and answer, whether the model goes on or the user does.</summary>
    private static bool TellsHistory(TemplateForm form, Func<Dictionary<string, JinjaValue>> values)
    {
        var called = new ChatMessage
        {
            Role = ChatMessage.Assistant,
            ToolCalls = [new(CallId, ToolCall.FunctionType, new(Function, $$"""{"at": "{{Value}}"}"""))],
        };
        var answered = Said(ChatMessage.Tool, Answer) with { ToolCallId = CallId };

        return Tells(form, values, [Said("user", Question), called, answered], [], Function, Value, Answer);
    }

    private static bool Tells(
        TemplateForm form,
        Func<Dictionary<string, JinjaValue>> values,
        IReadOnlyList<ChatMessage> messages,
        IReadOnlyList<ToolDefinition.ToolFunction> tools,
        params string[] words)
    {
        var plan = tools.Count > 0 ? new ToolPlan(tools, IsForced: false) : null;

        try
        {
            var told = form.Template.Render(
                new ChatConversation(messages, plan, null).Values(form, values), DateTimeOffset.UnixEpoch).Value;
            return Array.TrueForAll(words, word => told.Contains(word, StringComparison.Ordinal));
        }
        catch (JinjaException)
        {
            return false;
        }
    }

    private static ToolDefinition.ToolFunction Tool() => new()
    {
        Name = Function,
        Description = Function,
        Parameters = JsonSerializer.SerializeToElement(
            new { type = "object", properties = new { at = new { type = "string" } } }),
    };

    private static ChatMessage Said(string role, string text) =>
        new() { Role = role, Content = JsonSerializer.SerializeToElement(text) };
}
