namespace Marketplace.Compute.Inference.Tokenizers;

/// <summary>
/// Tokens that stand for themselves wherever they occur in a text, such as <c>&lt;|im_end|&gt;</c>: the leftmost first,
/// of several there the longest. A tree of characters bounds the work to the longest token per place.
/// </summary>
internal sealed class AddedTokens
{
    /// <summary>Longest text of such a token, in characters.</summary>
    public const int CharactersMax = 256;

    private const int Root = 0;

    private readonly Dictionary<(int Node, char Next), int> _children = [];
    private readonly Dictionary<int, int> _tokens = [];
    private int _nodes = 1;

    /// <exception cref="ModelFormatException">The text is empty or too long.</exception>
    public void Add(string text, int token)
    {
        if (text.Length is 0 or > CharactersMax)
        {
            throw new ModelFormatException(
                $"added token {token} has {text.Length} characters, allowed are 1 to {CharactersMax}");
        }

        var node = Root;

        foreach (var character in text)
        {
            if (!_children.TryGetValue((node, character), out var child))
            {
                child = _nodes++;
                _children.Add((node, character), child);
            }

            node = child;
        }

        _tokens.TryAdd(node, token);
    }

    /// <summary>The text's parts: an added token, or null and the text between two.</summary>
    public IEnumerable<(int? Token, string Text)> Split(string text)
    {
        var begin = 0;

        for (var at = 0; at < text.Length;)
        {
            var (token, length) = Longest(text, at);

            if (length == 0)
            {
                at++;
                continue;
            }

            if (at > begin)
            {
                yield return (null, text[begin..at]);
            }

            yield return (token, text.Substring(at, length));
            at += length;
            begin = at;
        }

        if (begin < text.Length)
        {
            yield return (null, text[begin..]);
        }
    }

    private (int Token, int Length) Longest(string text, int from)
    {
        var (node, found) = (Root, (Token: 0, Length: 0));

        for (var at = from; at < text.Length && _children.TryGetValue((node, text[at]), out node); at++)
        {
            if (_tokens.TryGetValue(node, out var token))
            {
                found = (token, at + 1 - from);
            }
        }

        return found;
    }
}
