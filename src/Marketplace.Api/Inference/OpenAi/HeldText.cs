using System.Globalization;
using System.Text;
using System.Text.Json;
using Marketplace.Domain.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>
/// Parts a text that was held to a form of calls into prose and calls, as it comes. What begins as a call is one, so
/// that nothing waits for the end of the text.
/// </summary>
internal sealed class HeldText
{
    private readonly string _open;
    private readonly JsonValueKind _text;
    private readonly CallScanner _calls;
    private readonly ShownText? _prose;
    private readonly StringBuilder _unsure = new();
    private Place _place;

    /// <param name="form">See <see cref="HeldCalls"/>.</param>
    public HeldText(string form)
    {
        using var document = JsonDocument.Parse(form);
        var root = document.RootElement.Clone();
        _calls = new(root);
        _open = root.GetProperty("open").GetString()!;
        _text = root.GetProperty("text").ValueKind;
        _prose = _text == JsonValueKind.True && _open.Length > 0 ? new(new StopStrings([_open])) : null;
        _place = _text == JsonValueKind.False ? Place.Calls : Place.Beginning;
    }

    /// <summary>Where the text stands.</summary>
    private enum Place
    {
        Beginning,
        Prose,
        Calls,
    }

    /// <summary>Whether a call has begun.</summary>
    public bool HasCalls => _calls.Count > 0;

    /// <summary>The prose and the calls of a finished text; one that was cut off ends where the text does.</summary>
    public static (string Prose, IReadOnlyList<ToolCall> Calls) Of(string form, string idPrefix, string text)
    {
        var read = new HeldText(form);
        var (prose, pieces) = read.Add(text);
        var calls = pieces.GroupBy(piece => piece.Number).Select(call => new ToolCall(
            CallId(idPrefix, call.Key),
            ToolCall.FunctionType,
            new(call.First().Name!, string.Concat(call.Select(piece => piece.Arguments)))));

        // Blanks before a call are nothing to be read.
        return read.HasCalls ? (prose.TrimEnd(), [.. calls]) : (prose + read.End(), []);
    }

    /// <summary>The id of a call of an answer.</summary>
    public static string CallId(string idPrefix, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{idPrefix}{number}");

    /// <summary>Takes what was made; answers what of it is prose, and what is new of calls.</summary>
    public (string Prose, IReadOnlyList<CallPiece> Calls) Add(string made)
    {
        switch (_place)
        {
            case Place.Prose when _prose is null:
                return (made, []);
            case Place.Calls:
                _unsure.Append(HasCalls ? string.Empty : made);
                return (string.Empty, _calls.Add(made));
            case Place.Beginning when _prose is null:
                return Begin(made);
            default:
                return Among(made);
        }
    }

    /// <summary>Nothing more comes: what began as a call and is none is prose after all.</summary>
    public string End() => HasCalls ? string.Empty
        : _prose is { IsStopped: false } open ? open.End()
        : _unsure.ToString();

    /// <summary>Prose until the mark, and calls from there.</summary>
    private (string Prose, IReadOnlyList<CallPiece> Calls) Among(string made)
    {
        _unsure.Append(made);
        var prose = _prose!.Add(made);

        if (!_prose.IsStopped)
        {
            // What is held back is at most a mark but for a character.
            _unsure.Remove(0, Math.Max(0, _unsure.Length - _open.Length));
            return (prose, []);
        }

        var text = _unsure.ToString();
        var behind = text[(text.IndexOf(_open, StringComparison.Ordinal) + _open.Length)..];
        _unsure.Clear().Append(_open).Append(behind);
        _place = Place.Calls;
        return (prose, _calls.Add(behind));
    }

    /// <summary>The first characters say what the whole answer is.</summary>
    private (string Prose, IReadOnlyList<CallPiece> Calls) Begin(string made)
    {
        _unsure.Append(made);
        var text = _unsure.ToString();

        if (_open.Length > 0)
        {
            if (text.StartsWith(_open, StringComparison.Ordinal))
            {
                _place = Place.Calls;
                return (string.Empty, _calls.Add(text[_open.Length..]));
            }

            return _open.StartsWith(text, StringComparison.Ordinal) ? (string.Empty, []) : Prose(text);
        }

        var isCall = BareCall.Begins(text);

        if (isCall is null && text.Length <= CallScanner.HeadMax)
        {
            return (string.Empty, []);
        }

        if (isCall is not true)
        {
            return Prose(text);
        }

        _place = Place.Calls;
        return (string.Empty, _calls.Add(text));
    }

    private (string Prose, IReadOnlyList<CallPiece> Calls) Prose(string text)
    {
        _unsure.Clear();
        _place = Place.Prose;
        return (text, []);
    }
}
