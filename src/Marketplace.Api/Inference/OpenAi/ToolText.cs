using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Domain.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>
/// Finds the calls in a text that a model writes, each an object with name and arguments: between two marks (Hermes,
/// Qwen), in a list behind a mark that may be a token without text (Mistral), or alone (Llama 3).
/// </summary>
internal sealed partial class ToolText(ToolPlan plan, string idPrefix)
{
    public const string Open = "<tool_call>";
    public const string Close = "</tool_call>";

    private const string ListOpen = "[TOOL_CALLS]";
    private const int PatternMilliseconds = 100;

    private readonly ShownText _prose = new(new StopStrings([Open, ListOpen]));
    private readonly StringBuilder _all = new();
    private bool _isProse;
    private bool? _isBare;
    private int _shown;

    /// <summary>The prose and the calls of a finished text.</summary>
    public static (string Prose, IReadOnlyList<ToolCall> Calls) Of(ToolPlan plan, string idPrefix, string text)
    {
        var read = new ToolText(plan, idPrefix);
        var begun = read.Add(text);
        var (rest, calls) = read.End();
        return (calls.Count > 0 ? begun.TrimEnd() : begun + rest, calls);
    }

    /// <summary>Takes what was made; answers what of it is surely no call.</summary>
    public string Add(string made)
    {
        _all.Append(made);

        _isBare ??= IsBare(_all.ToString());

        if (plan.IsForced || _isBare is not false)
        {
            return string.Empty;
        }

        var shown = _prose.Add(_isProse ? made : _all.ToString());
        _isProse = true;
        _shown += shown.Length;
        return shown;
    }

    /// <summary>Nothing more comes: the rest of the prose, and the calls.</summary>
    public (string Prose, IReadOnlyList<ToolCall> Calls) End()
    {
        var text = _all.ToString();

        if (plan.IsForced)
        {
            return (Call(text, 0) ?? CutOff(text)) is { } demanded ? (string.Empty, [demanded]) : (text, []);
        }

        var calls = Calls(text);

        // What looked like a call and is none is prose after all; blanks before a call are not.
        return calls.Count > 0 ? (string.Empty, calls) : (text[_shown..], []);
    }

    /// <summary>Whether a text begins as a call alone, or as a list of calls, does; null while that is open.</summary>
    private static bool? IsBare(string text) => text.AsSpan().TrimStart() switch
    {
        [] => null,
        ['{', ..] => true,
        ['[', .. var rest] => rest.TrimStart() is [] ? null : rest.TrimStart()[0] == '{',
        _ => false,
    };

    private List<ToolCall> Calls(string text)
    {
        var list = text.IndexOf(ListOpen, StringComparison.Ordinal);

        return text.Contains(Open, StringComparison.Ordinal) ? Marked(text)
            : list >= 0 ? Listed(text[(list + ListOpen.Length)..])
            : IsBare(text) == true ? Listed(text)
            : [];
    }

    private List<ToolCall> Marked(string text)
    {
        var calls = new List<ToolCall>();
        var at = 0;

        while (calls.Count < plan.CallsMax && text.IndexOf(Open, at, StringComparison.Ordinal) is var open and >= 0)
        {
            var from = open + Open.Length;
            var close = text.IndexOf(Close, from, StringComparison.Ordinal);

            // The mark of the end may be missing at the end of the text: some models leave it out.
            if (Call(close < 0 ? text[from..] : text[from..close], calls.Count) is { } call)
            {
                calls.Add(call);
            }

            at = close < 0 ? text.Length : close + Close.Length;
        }

        return calls;
    }

    /// <summary>Calls of a JSON list, or one alone. One that is none makes them all prose.</summary>
    private List<ToolCall> Listed(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var items = document.RootElement is { ValueKind: JsonValueKind.Array } list
                ? list.EnumerateArray().ToList()
                : [document.RootElement];
            var calls = items.Select(Call).OfType<ToolCall>().ToList();
            return calls.Count == items.Count ? [.. calls.Take(plan.CallsMax)] : [];
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return [];
        }
    }

    private ToolCall? Call(string json, int number)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Call(document.RootElement, number);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private ToolCall? Call(JsonElement call, int number) =>
        call.ValueKind == JsonValueKind.Object
        && call.TryGetProperty("name", out var name)
        && Json.Text(name) is { } called
        && IsKnown(called)
        && (call.TryGetProperty(CallForm.Hermes.Arguments, out var arguments)
            || call.TryGetProperty(CallForm.Llama3.Arguments, out arguments))
        && arguments.ValueKind == JsonValueKind.Object
            ? NewCall(number, called, arguments.GetRawText())
            : null;

    /// <summary>A demanded call whose text ended too early: the name, and the arguments as far as they came.</summary>
    private ToolCall? CutOff(string text) =>
        DemandedPattern().Match(text) is { Success: true } begun && IsKnown(begun.Groups["name"].Value)
            ? NewCall(0, begun.Groups["name"].Value, text[begun.Length..])
            : null;

    [GeneratedRegex(
        """^\{"name": ?"(?<name>[A-Za-z0-9_-]{1,64})", ?"(?:arguments|parameters)": ?""",
        RegexOptions.None,
        PatternMilliseconds)]
    private static partial Regex DemandedPattern();

    private bool IsKnown(string name) => plan.Functions.Any(function => function.Name == name);

    private ToolCall NewCall(int number, string name, string arguments) =>
        new($"{idPrefix}{number}", ToolCall.FunctionType, new(name, arguments));
}
