using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Marketplace.Domain.Verification;

/// <summary>
/// One text for one value, so that a hash and a signature over it mean something: RFC 8785 without its floating-point
/// numbers. Members in the order of their names' UTF-16 code units, no white space, numbers only whole and within
/// ±(2^53 − 1), strings with no escapes but those that JSON demands.
/// </summary>
public static class CanonicalJson
{
    /// <summary>Deepest nesting that is read.</summary>
    public const int DepthMax = 16;

    private const long WholeMax = (1L << 53) - 1;

    private static readonly JsonDocumentOptions Strict = new()
    {
        MaxDepth = DepthMax,
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
    };

    /// <summary>Reads a JSON text of any form; duplicate members and comments are refused.</summary>
    /// <exception cref="FormatException">It is no such JSON; the message says where.</exception>
    public static JsonElement Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            return document.RootElement.Clone();
        }
        catch (JsonException fault)
        {
            throw new FormatException($"no JSON: {fault.Message}", fault);
        }
    }

    /// <summary>The canonical text of a value.</summary>
    /// <exception cref="FormatException">It holds a number or a string that has no canonical form here.</exception>
    public static string Write(JsonElement value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.ToString();
    }

    /// <summary>The canonical text of an object whose members are given as canonical texts.</summary>
    public static string Write(IReadOnlyDictionary<string, string> members)
    {
        var text = new StringBuilder();
        AppendMembers(text, members.Select(member => (member.Key, member.Value)));
        return text.ToString();
    }

    /// <summary>The canonical text of a string, with its quotes.</summary>
    /// <exception cref="FormatException">It holds half a surrogate pair.</exception>
    public static string Write(string value)
    {
        var text = new StringBuilder();
        AppendString(text, value);
        return text.ToString();
    }

    /// <summary>The canonical text of a whole number.</summary>
    /// <exception cref="FormatException">It is beyond ±(2^53 − 1).</exception>
    public static string Write(long value) => value is >= -WholeMax and <= WholeMax
        ? value.ToString(CultureInfo.InvariantCulture)
        : throw new FormatException($"the number {value} is beyond ±{WholeMax}");

    private static void Append(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                AppendMembers(text, value.EnumerateObject().Select(member => (member.Name, Write(member.Value))));
                break;
            case JsonValueKind.Array:
                text.Append('[').AppendJoin(',', value.EnumerateArray().Select(Write)).Append(']');
                break;
            case JsonValueKind.String:
                AppendString(text, Text(value));
                break;
            case JsonValueKind.Number:
                text.Append(value.TryGetInt64(out var whole)
                    ? Write(whole)
                    : throw new FormatException($"the number {value.GetRawText()} is not whole"));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static string Text(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException fault)
        {
            throw new FormatException("a string holds half a surrogate pair", fault);
        }
    }

    private static void AppendMembers(StringBuilder text, IEnumerable<(string Name, string Value)> members)
    {
        var separator = '{';

        foreach (var (name, value) in members.OrderBy(member => member.Name, StringComparer.Ordinal))
        {
            text.Append(separator);
            AppendString(text, name);
            text.Append(':').Append(value);
            separator = ',';
        }

        text.Append(separator == '{' ? "{}" : "}");
    }

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');

        for (var at = 0; at < value.Length; at++)
        {
            var sign = value[at];

            if (char.IsSurrogate(sign))
            {
                if (!(at + 1 < value.Length && char.IsSurrogatePair(sign, value[at + 1])))
                {
                    throw new FormatException("a string holds half a surrogate pair");
                }

                text.Append(sign).Append(value[++at]);
                continue;
            }

            AppendSign(text, sign);
        }

        text.Append('"');
    }

    private static void AppendSign(StringBuilder text, char sign)
    {
        var escape = sign switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\b' => "\\b",
            '\t' => "\\t",
            '\n' => "\\n",
            '\f' => "\\f",
            '\r' => "\\r",
            < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)sign:x4}"),
            _ => null,
        };

        if (escape is null)
        {
            text.Append(sign);
        }
        else
        {
            text.Append(escape);
        }
    }
}
