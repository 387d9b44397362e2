using System.Globalization;
using System.Text;

namespace Marketplace.Api.Inference.Jinja;

/// <summary>
/// The filter <c>tojson</c> as transformers has it: Python's <c>json.dumps</c> without escapes beyond ASCII and
/// without escapes for HTML.
/// </summary>
internal sealed class JsonText
{
    private const int IndentMax = 16;

    private readonly StringBuilder _text = new();
    private readonly Site _site;
    private readonly string? _indent;
    private readonly (string Item, string Key) _separators;
    private readonly bool _sorts;
    private readonly bool _isAscii;
    private bool _isTainted;

    private JsonText(Arguments given)
    {
        given.Only("ensure_ascii", "indent", "separators", "sort_keys");
        _site = given.Site;

        // In place, the number is Jinja's indent; by name, transformers' and Jinja's agree.
        var places = given.Values.Count == 1 && given.Values[0] is JinjaValue.Int ? 0 : 1;
        _indent = given.Find(places, "indent") switch
        {
            null or JinjaValue.None => null,
            JinjaValue.Text text when text.Value.Length <= IndentMax => Own(text),
            JinjaValue.Int number when number.Value is >= 0 and <= IndentMax => new(' ', (int)number.Value),
            _ => throw _site.Fault($"tojson takes an indent of 0 to {IndentMax}"),
        };
        _separators = given.Find(2, "separators") is JinjaValue.List
        {
            Items: [JinjaValue.Text item, JinjaValue.Text key],
        }
            ? (Own(item), Own(key))
            : (_indent is null ? ", " : ",", ": ");
        _sorts = given.Flag(3, "sort_keys");
        _isAscii = places == 1 && given.Flag(0, "ensure_ascii");
    }

    public static JinjaValue Of(JinjaValue value, Arguments given)
    {
        var json = new JsonText(given);
        json.Write(value, 0);
        var text = json._text.ToString();
        return given.Site.Text(json._isTainted ? TaintedText.Data(text) : TaintedText.Own(text));
    }

    /// <summary>What the template puts between; of data, it makes all of the text data.</summary>
    private string Own(JinjaValue.Text text)
    {
        _isTainted |= text.Value.IsTainted;
        return text.Value.Value;
    }

    private void Write(JinjaValue value, int depth)
    {
        _site.Depth(depth);

        if (_text.Length > JinjaLimits.CharactersMax)
        {
            _site.Budget.Characters(_site.Line, _text.Length);
        }

        switch (value)
        {
            case JinjaValue.Text text:
                _isTainted |= text.Value.IsTainted;
                Quote(text.Value.Value);
                break;
            case JinjaValue.List list:
                All('[', ']', list.Items, depth, item => Write(item, depth + 1));
                break;
            case JinjaValue.Dict dict:
                _site.Step(_sorts ? ListFilters.Comparisons(dict.Members.Count) : 0);
                IEnumerable<KeyValuePair<string, JinjaValue>> members = dict.Members;
                members = _sorts ? members.OrderBy(one => one.Key, StringComparer.Ordinal) : members;
                _isTainted |= !dict.HasOwnKeys && dict.Members.Count > 0;
                All('{', '}', [.. members], depth, one =>
                {
                    Quote(one.Key);
                    _text.Append(_separators.Key);
                    Write(one.Value, depth + 1);
                });
                break;
            default:
                _text.Append(Plain(value));
                break;
        }
    }

    private string Plain(JinjaValue value) => value switch
    {
        JinjaValue.None => "null",
        JinjaValue.Bool flag => flag.Value ? "true" : "false",
        JinjaValue.Int number => number.Value.ToString(CultureInfo.InvariantCulture),
        JinjaValue.Real number => Printed.Number(number.Value),
        _ => throw _site.Fault($"{Kinds.Name(value)} cannot be written as JSON"),
    };

    private void All<T>(char open, char close, IReadOnlyList<T> items, int depth, Action<T> write)
    {
        _text.Append(open);

        for (var at = 0; at < items.Count; at++)
        {
            _text.Append(at > 0 ? _separators.Item : "");
            Break(depth + 1);
            write(items[at]);
        }

        if (items.Count > 0)
        {
            Break(depth);
        }

        _text.Append(close);
    }

    private void Break(int depth)
    {
        if (_indent is not null)
        {
            _text.Append('\n').Insert(_text.Length, _indent, depth);
        }
    }

    private void Quote(string text)
    {
        _text.Append('"');

        foreach (var one in text)
        {
            _ = one switch
            {
                '"' => _text.Append("\\\""),
                '\\' => _text.Append("\\\\"),
                '\n' => _text.Append("\\n"),
                '\r' => _text.Append("\\r"),
                '\t' => _text.Append("\\t"),
                '\b' => _text.Append("\\b"),
                '\f' => _text.Append("\\f"),
                _ when one < ' ' || (_isAscii && one > '~') =>
                    _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)one:x4}"),
                _ => _text.Append(one),
            };
        }

        _text.Append('"');
    }
}
