using System.Globalization;
using System.Text.Json;
using Element = Marketplace.Compute.Inference.Grammars.Grammar.Element;

namespace Marketplace.Compute.Inference.Grammars;

/// <summary>
/// A whole answer that may hold calls of functions: free text, in which what begins a call can stand only where a call
/// begins, and calls whose arguments are held to their functions' schemas. Free text without a mark is a regular
/// language, so that one grammar holds all of it. Given as a JSON object of
/// <list type="bullet">
/// <item><c>form</c>: <c>marked</c>, each call between <c>open</c> and <c>close</c>; <c>listed</c>, one list of calls
/// behind <c>open</c>; <c>bare</c>, a call alone or a list of calls, at the beginning of the answer;</item>
/// <item><c>open</c>, <c>close</c>: the marks, which may be tokens without text;</item>
/// <item><c>arguments</c>: the member of a call that holds its arguments, behind <c>name</c>;</item>
/// <item><c>most</c>: calls of an answer, 1 to <see cref="CallsMax"/>;</item>
/// <item><c>text</c>: true where free text may stand before the calls, or in place of them; a JSON schema that the
/// answer is of where it is no calls; false where the prompt ends with the beginning of the first call;</item>
/// <item><c>tools</c>: a list of objects of <c>name</c> and <c>arguments</c>, a <see cref="JsonSchema"/>.</item>
/// </list>
/// </summary>
public sealed class CallGrammar
{
    /// <summary>Longest form, in characters.</summary>
    public const int LengthMax = 256 * 1024;

    /// <summary>Most calls of an answer.</summary>
    public const int CallsMax = 64;

    /// <summary>Most tools.</summary>
    public const int ToolsMax = 128;

    /// <summary>Longest mark, in characters.</summary>
    public const int MarkLengthMax = 64;

    private readonly JsonElement _form;
    private readonly JsonGrammar _json;
    private readonly string[] _marks;
    private readonly int _nothing;
    private readonly int _most;
    private readonly int _call;

    private CallGrammar(JsonElement form)
    {
        (_form, _json) = (form, new(Grammar));
        _nothing = Grammar.Rule(Array.Empty<Element>());
        _most = form.GetProperty("most").GetInt32();
        (var open, var close) = (Mark("open"), Mark("close"));
        _marks = [.. new[] { open, close }.Where(mark => mark.Length > 0)];
        CallRest = NewCallRest();
        _call = Grammar.Rule([.. Element.Literal("{\"name\":"), Element.Of(CallRest)]);

        Grammar.Root = form.GetProperty("form").GetString() switch
        {
            "marked" when open.Length > 0 && close.Length > 0 => Answer(open, Marked(open, close)),
            "listed" when open.Length > 0 => Answer(open, Listed()),
            "bare" => Bare(),
            _ => throw new SchemaException("/form", "must be marked, listed or bare, with its marks"),
        };
    }

    internal Grammar Grammar { get; } = new();

    /// <summary>A call behind the colon of its name.</summary>
    private int CallRest { get; }

    /// <summary>Reads a form.</summary>
    /// <exception cref="SchemaException">It says where and why answers cannot be held to it.</exception>
    public static CallGrammar Parse(string text)
    {
        if (text.Length > LengthMax)
        {
            throw new SchemaException("", $"of calls has {text.Length} characters, allowed are {LengthMax}");
        }

        try
        {
            using var document = JsonDocument.Parse(text, new() { MaxDepth = (JsonSchema.DepthMax * 2) + 8 });
            var calls = new CallGrammar(document.RootElement.Clone());
            _ = new GrammarMachine(calls.Grammar);
            return calls;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException)
        {
            throw new SchemaException("", $"is no form of calls: {fault.Message}");
        }
    }

    /// <summary>Whether a token of this name stands for a mark, though it may be no text to its tokenizer.</summary>
    public bool IsMark(string name) => _marks.Contains(name, StringComparer.Ordinal);

    private string Mark(string member)
    {
        var mark = _form.TryGetProperty(member, out var told) ? told.GetString() ?? string.Empty : string.Empty;
        return mark.Length <= MarkLengthMax && mark.All(char.IsAscii)
            ? mark
            : throw new SchemaException($"/{member}", $"must have at most {MarkLengthMax} characters, of ASCII");
    }

    private int NewCallRest()
    {
        var tools = _form.GetProperty("tools");

        if (tools.GetArrayLength() is < 1 or > ToolsMax || _most is < 1 or > CallsMax)
        {
            throw new SchemaException("", $"has no tools or too many, or allows not 1 to {CallsMax} calls");
        }

        Element[] arguments =
        [
            .. _json.Comma, .. Element.Literal($"\"{_form.GetProperty("arguments").GetString()}\""), .. _json.Colon,
        ];

        return Grammar.Rule(tools.EnumerateArray().Select((tool, at) => (Element[])
        [
            Element.Of(_json.Space),
            .. Element.Literal(JsonSerializer.Serialize(tool.GetProperty("name").GetString())),
            .. arguments,
            Element.Of(JsonSchema.RuleIn(
                Grammar,
                _json,
                tool.GetProperty("arguments"),
                string.Create(CultureInfo.InvariantCulture, $"/tools/{at}/arguments"))),
            .. Element.Literal("}"),
        ]).ToList());
    }

    /// <summary>An answer whose calls have a mark of their own.</summary>
    private int Answer(string open, int calls) => _form.GetProperty("text") switch
    {
        { ValueKind: JsonValueKind.True } => new FreeText(Grammar).Without(open, calls),
        { ValueKind: JsonValueKind.False } => calls,
        var schema => Grammar.Rule(
            [.. Element.Literal(open), Element.Of(calls)],
            [Element.Of(JsonSchema.RuleIn(Grammar, _json, schema, "/text"))]),
    };

    /// <summary>Behind the first mark: the call, and the others each between marks.</summary>
    private int Marked(string open, string close)
    {
        var line = Grammar.Rule([], Element.Literal("\n"));
        var calls = _nothing;

        for (var left = 1; left <= _most; left++)
        {
            // The last mark may be missing: some models leave it out, and say that the answer ends instead.
            var next = left == 1
                ? _nothing
                : Grammar.Rule([], [Element.Of(line), .. Element.Literal(open), Element.Of(calls)]);
            var end = Grammar.Rule([], [Element.Of(line), .. Element.Literal(close), Element.Of(next)]);
            calls = Grammar.Rule([Element.Of(line), Element.Of(_call), Element.Of(end)]);
        }

        return calls;
    }

    /// <summary>Behind the mark. Where a call is demanded, the prompt has begun the list.</summary>
    private int Listed()
    {
        var isBegun = _form.GetProperty("text").ValueKind == JsonValueKind.False;
        Element[] list = [Element.Of(_call), Element.Of(More()), .. Element.Literal("]")];

        return isBegun
            ? Grammar.Rule(list, [Element.Of(_call)])
            : Grammar.Rule([Element.Of(_json.Space), .. Element.Literal("["), .. list]);
    }

    private int Bare()
    {
        Element[] alone = [Element.Of(CallRest)];
        Element[] listed = [Element.Of(CallRest), Element.Of(More()), .. Element.Literal("]")];

        return _form.GetProperty("text").ValueKind switch
        {
            JsonValueKind.True => new FreeText(Grammar).WithoutCallAhead(Grammar.Rule(alone), Grammar.Rule(listed)),
            JsonValueKind.False => Grammar.Rule(
                [Element.Of(_call)], [.. Element.Literal("[{\"name\":"), .. listed]),
            _ => throw new SchemaException("/text", "cannot be a schema: the calls are JSON themselves"),
        };
    }

    /// <summary>The calls of a list behind its first.</summary>
    private int More() => _json.Repeat([.. _json.Comma, Element.Of(_call)], 0, _most - 1);
}
