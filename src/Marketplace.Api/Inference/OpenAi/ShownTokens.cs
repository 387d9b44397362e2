using Marketplace.Domain.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>
/// Which tokens belong to the text that is shown: those of a stop, and all after it, do not; those whose text is held
/// back come with it.
/// </summary>
internal sealed class ShownTokens
{
    private readonly Queue<(Token Token, int At)> _held = new();
    private int _made;
    private int _shown;

    /// <summary>All of a finished text.</summary>
    public static IReadOnlyList<Token> Of(IReadOnlyList<Token> tokens, StopStrings? stop)
    {
        var (text, shown) = (new ShownText(stop), new ShownTokens());
        List<Token> found = [];

        foreach (var token in tokens)
        {
            found.AddRange(shown.Add(token, text.Add(token.Text)));
        }

        found.AddRange(shown.End(text.End(), text.IsStopped));
        return found;
    }

    /// <summary>Those that begin before so many characters of a finished text.</summary>
    public static IReadOnlyList<Token> Before(IReadOnlyList<Token> tokens, int length)
    {
        var shown = new ShownTokens();

        foreach (var token in tokens)
        {
            shown.Add(token, string.Empty);
        }

        return shown.Release(length);
    }

    /// <summary>Takes a token, and what may be shown since; answers the tokens of that.</summary>
    public IReadOnlyList<Token> Add(Token token, string shown)
    {
        _held.Enqueue((token, _made));
        _made += token.Text.Length;
        _shown += shown.Length;
        return shown.Length == 0 ? [] : Release(_shown);
    }

    /// <summary>Nothing more comes.</summary>
    /// <param name="rest">What was held back and may be shown after all.</param>
    /// <param name="isStopped">Whether the text ends before a stop, so that what is held is not shown.</param>
    public IReadOnlyList<Token> End(string rest, bool isStopped)
    {
        _shown += rest.Length;
        return Release(isStopped ? _shown : int.MaxValue);
    }

    private List<Token> Release(int before)
    {
        List<Token> found = [];

        while (_held.TryPeek(out var next) && next.At < before)
        {
            found.Add(_held.Dequeue().Token);
        }

        return found;
    }
}
