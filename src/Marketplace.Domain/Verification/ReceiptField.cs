using System.Text.Json;

namespace Marketplace.Domain.Verification;

/// <summary>A member of a receipt's file, with its path for messages.</summary>
internal readonly record struct ReceiptField(JsonElement Value, string Path)
{
    private const int TextMax = 512;

    public bool IsNull => Value.ValueKind is JsonValueKind.Null;

    public ReceiptField this[string name] =>
        Value.ValueKind is JsonValueKind.Object && Value.TryGetProperty(name, out var member)
            ? new(member, Path.Length == 0 ? name : $"{Path}.{name}")
            : throw new ReceiptFault(Path.Length == 0 ? name : $"{Path}.{name}", "is missing");

    /// <summary>A member that may be absent.</summary>
    public ReceiptField? Find(string name) =>
        Value.ValueKind is JsonValueKind.Object && Value.TryGetProperty(name, out _) ? this[name] : null;

    /// <summary>A text that may be longer than a name, such as JSON in a text.</summary>
    public string LongText(int most) =>
        Value.ValueKind is JsonValueKind.String && Value.GetString() is { } text && text.Length <= most
            ? text
            : throw Fault($"must be a text of at most {most} characters");

    public bool Truth() => Value.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? Value.GetBoolean()
        : throw Fault("must be true or false");

    public string Text() => Value.ValueKind is JsonValueKind.String && Value.GetString() is { Length: <= TextMax } text
        ? text
        : throw Fault($"must be a text of at most {TextMax} characters");

    public long Whole() => Value.ValueKind is JsonValueKind.Number && Value.TryGetInt64(out var number)
        ? number
        : throw Fault("must be a whole number");

    public IReadOnlyList<ReceiptField> Items(int most)
    {
        if (Value.ValueKind is not JsonValueKind.Array || Value.GetArrayLength() > most)
        {
            throw Fault($"must be a list of at most {most}");
        }

        var path = Path;
        return [.. Value.EnumerateArray().Select((item, at) => new ReceiptField(item, $"{path}[{at}]"))];
    }

    public IReadOnlyDictionary<string, ReceiptField> Members()
    {
        if (Value.ValueKind is not JsonValueKind.Object)
        {
            throw Fault("must be an object");
        }

        var path = Path;
        return Value.EnumerateObject().ToDictionary(
            member => member.Name,
            member => new ReceiptField(member.Value, $"{path}.{member.Name}"),
            StringComparer.Ordinal);
    }

    public byte[] Hash()
    {
        var text = Text();

        return text.Length == ReceiptChain.HashBytes * 2 && text.All(char.IsAsciiHexDigit)
            && text.All(sign => !char.IsAsciiLetterUpper(sign))
                ? Convert.FromHexString(text)
                : throw Fault($"must be {ReceiptChain.HashBytes * 2} lower-case hex digits");
    }

    public byte[] Base64(int length)
    {
        var (text, bytes) = (Text(), new byte[length]);

        // Written again, since several texts may stand for the same bytes.
        return Convert.TryFromBase64String(text, bytes, out var written)
            && written == length && Convert.ToBase64String(bytes) == text
                ? bytes
                : throw Fault($"must be base64 of {length} bytes");
    }

    /// <summary>Base64 of so many bytes at most.</summary>
    public byte[] Base64Upto(int most)
    {
        if (Value.ValueKind is not JsonValueKind.String
            || Value.GetString() is not { } text
            || text.Length > ((most + 2L) / 3) * 4)
        {
            throw Fault($"must be base64 of at most {most} bytes");
        }

        var bytes = new byte[text.Length];

        return Convert.TryFromBase64String(text, bytes, out var written)
            && written <= most && Convert.ToBase64String(bytes, 0, written) == text
                ? bytes[..written]
                : throw Fault($"must be base64 of at most {most} bytes");
    }

    public ReceiptFault Fault(string why) => new(Path, why);
}
