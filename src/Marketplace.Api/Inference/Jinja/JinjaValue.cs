using System.Text.Json;

namespace Marketplace.Api.Inference.Jinja;

/// <summary>What a template can get hold of: the values of JSON, what is missing, and a few functions; nothing else.
/// </summary>
internal abstract class JinjaValue
{
    private JinjaValue()
    {
    }

    public static readonly JinjaValue Nothing = new None();
    public static readonly JinjaValue Yes = new Bool(true);
    public static readonly JinjaValue No = new Bool(false);

    public static JinjaValue Of(bool value) => value ? Yes : No;

    public static JinjaValue Of(long value) => new Int(value);

    /// <summary>A text of the template's own.</summary>
    public static JinjaValue Own(string value) => new Text(TaintedText.Own(value));

    /// <summary>A text that came with the data.</summary>
    public static JinjaValue Data(string value) => new Text(TaintedText.Data(value));

    /// <summary>The value of a JSON text, all of it data.</summary>
    public static JinjaValue Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => Nothing,
        JsonValueKind.True => Yes,
        JsonValueKind.False => No,
        JsonValueKind.String => Data(json.GetString()!),
        JsonValueKind.Array => new List([.. json.EnumerateArray().Select(Of)]),
        JsonValueKind.Object => Object(json),
        _ => json.TryGetInt64(out var whole) && !json.GetRawText().AsSpan().ContainsAny('.', 'e', 'E')
            ? new Int(whole)
            : new Real(json.GetDouble()),
    };

    private static Dict Object(JsonElement json)
    {
        var members = new OrderedDictionary<string, JinjaValue>(StringComparer.Ordinal);

        foreach (var member in json.EnumerateObject())
        {
            members[member.Name] = Of(member.Value);
        }

        return new(members, hasOwnKeys: false);
    }

    /// <summary>What there is not: empty when written, and an error when anything is asked of it.</summary>
    public sealed class Undefined(string name) : JinjaValue
    {
        public string Name => name;
    }

    public sealed class None : JinjaValue;

    public sealed class Bool(bool value) : JinjaValue
    {
        public bool Value => value;
    }

    public sealed class Int(long value) : JinjaValue
    {
        public long Value => value;
    }

    public sealed class Real(double value) : JinjaValue
    {
        public double Value => value;
    }

    public sealed class Text(TaintedText value) : JinjaValue
    {
        public TaintedText Value => value;
    }

    public sealed class List(IReadOnlyList<JinjaValue> items) : JinjaValue
    {
        public IReadOnlyList<JinjaValue> Items => items;
    }

    /// <param name="members">In their order.</param>
    /// <param name="hasOwnKeys">Whether the template wrote the keys.</param>
    public sealed class Dict(OrderedDictionary<string, JinjaValue> members, bool hasOwnKeys) : JinjaValue
    {
        public OrderedDictionary<string, JinjaValue> Members => members;

        public bool HasOwnKeys => hasOwnKeys;

        public JinjaValue Key(string key) => hasOwnKeys ? Own(key) : Data(key);
    }

    /// <summary>The one value that changes: what loops hand out.</summary>
    public sealed class Namespace : JinjaValue
    {
        public Dictionary<string, JinjaValue> Members { get; } = new(StringComparer.Ordinal);
    }

    public sealed class Function(string name, Func<Arguments, JinjaValue> call) : JinjaValue
    {
        public string Name => name;

        public JinjaValue Call(Arguments arguments) => call(arguments);
    }
}
