using System.Text.Json;
using System.Text.RegularExpressions;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>
/// Reads calls of a form as they are written, character by character: a mark within a string is no mark. What is no
/// such call ends it, as a device may write anything until it is checked.
/// </summary>
/// <param name="form">What the answer was held to: see <see cref="HeldCalls"/>.</param>
internal sealed class CallScanner(JsonElement form)
{
    private const int PatternMilliseconds = 100;

    /// <summary>Characters before a call's arguments: marks, names and blanks. What has more is no call.</summary>
    public const int HeadMax = 1_024;

    private readonly Regex _first = Pattern(form, Before(form));
    private readonly Regex _next = Pattern(form, Between(form));
    private readonly HashSet<string> _names = [.. form.GetProperty("tools").EnumerateArray()
        .Select(tool => tool.GetProperty("name").GetString()!)];

    private readonly int _most = form.GetProperty("most").GetInt32();
    private string _head = string.Empty;
    private bool _isInArguments;
    private bool _isOver;
    private bool _hasBegun;
    private bool _isInString;
    private bool _isEscaped;
    private int _depth;

    /// <summary>Calls that have begun.</summary>
    public int Count { get; private set; }

    /// <summary>Takes what was made; answers what is new of the calls.</summary>
    public IReadOnlyList<CallPiece> Add(string made)
    {
        var pieces = new List<CallPiece>();

        while (made.Length > 0 && !_isOver)
        {
            made = _isInArguments ? Arguments(made, pieces) : Head(made, pieces);
        }

        return pieces;
    }

    /// <summary>What stands before the first call behind what the scanner is not given.</summary>
    private static string Before(JsonElement form) => form.GetProperty("form").GetString() switch
    {
        CallForm.ListedWord when form.GetProperty("text").ValueKind != JsonValueKind.False => """\s*\[""",
        CallForm.BareWord => """\s*\[?""",
        _ => string.Empty,
    };

    private static string Between(JsonElement form) => form.GetProperty("close").GetString() is { Length: > 0 } close
        ? $"""\s*{Regex.Escape(close)}\s*{Regex.Escape(form.GetProperty("open").GetString()!)}"""
        : """\s*,""";

    private static Regex Pattern(JsonElement form, string before)
    {
        var arguments = Regex.Escape(form.GetProperty("arguments").GetString()!);
        var pattern = $$"""
            \A{{before}}\s*\{\s*("type"\s*:\s*"function"\s*,\s*)?"name"\s*:\s*"(?<name>[A-Za-z0-9_-]{1,64})"\s*,\s*"
            """ + $"{arguments}\"\\s*:";

        return new(pattern, RegexOptions.ExplicitCapture, TimeSpan.FromMilliseconds(PatternMilliseconds));
    }

    /// <summary>What comes before arguments; answers what stands behind it.</summary>
    private string Head(string made, List<CallPiece> pieces)
    {
        _head += made;

        // A device may write blanks without end, which a pattern would go through again for each of them.
        var found = (Count == 0 ? _first : _next).Match(_head, 0, Math.Min(_head.Length, HeadMax));

        if (!found.Success)
        {
            _isOver = _head.Length > HeadMax;
            return string.Empty;
        }

        var (name, rest) = (found.Groups["name"].Value, _head[found.Length..]);
        (_head, _hasBegun, _depth) = (string.Empty, false, 0);

        if (Count == _most || !_names.Contains(name))
        {
            _isOver = true;
            return string.Empty;
        }

        pieces.Add(new(Count++, name, string.Empty));
        _isInArguments = true;
        return rest;
    }

    /// <summary>Arguments as far as they came; answers what stands behind the call.</summary>
    private string Arguments(string made, List<CallPiece> pieces)
    {
        var from = 0;

        for (var at = 0; at < made.Length; at++)
        {
            if (!_hasBegun && char.IsWhiteSpace(made[at]))
            {
                from = at + 1;
            }
            else if (IsEnd(made[at]))
            {
                _isInArguments = false;
                Tell(made[from..at], pieces);
                return made[(at + 1)..];
            }
        }

        Tell(made[from..], pieces);
        return string.Empty;
    }

    private void Tell(string arguments, List<CallPiece> pieces)
    {
        if (arguments.Length > 0)
        {
            pieces.Add(new(Count - 1, null, arguments));
        }
    }

    /// <summary>Whether a character is the brace that closes the call.</summary>
    private bool IsEnd(char one)
    {
        _hasBegun = true;

        if (_isInString)
        {
            _isInString = _isEscaped || one != '"';
            _isEscaped = !_isEscaped && one == '\\';
            return false;
        }

        _isInString = one == '"';
        _depth += one is '{' or '[' ? 1 : one is '}' or ']' ? -1 : 0;
        return _depth < 0;
    }
}
