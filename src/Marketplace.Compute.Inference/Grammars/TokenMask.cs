namespace Marketplace.Compute.Inference.Grammars;

/// <summary>
/// Which tokens may come next so that a text stays within a grammar. One text's; used by one thread at a time.
/// </summary>
public sealed class TokenMask
{
    /// <summary>States whose tokens are kept, of one text.</summary>
    private const int KeptMax = 256;

    private readonly GrammarMachine _machine;
    private readonly TokenTrie _vocabulary;
    private readonly Func<int, ReadOnlyMemory<byte>> _bytesOf;
    private readonly IReadOnlyList<int> _ends;
    private readonly IReadOnlyList<int> _marks;
    private readonly Queue<GrammarMachine.State> _kept = new();
    private GrammarMachine.State _state;

    /// <param name="grammar">What the text must be.</param>
    /// <param name="vocabulary">Of the model.</param>
    /// <param name="bytesOf">A token's text, as in the vocabulary.</param>
    /// <param name="ends">The tokens that end a text.</param>
    /// <param name="marks">Tokens that are no text in the vocabulary and are in this one.</param>
    internal TokenMask(
        Grammar grammar,
        TokenTrie vocabulary,
        Func<int, ReadOnlyMemory<byte>> bytesOf,
        IReadOnlyList<int> ends,
        IReadOnlyList<int> marks)
    {
        (_vocabulary, _bytesOf, _ends, _marks) = (vocabulary, bytesOf, ends, marks);
        _machine = new(grammar);
        _state = _machine.Begin;
    }

    /// <summary>
    /// Whether no token may come, not even the end: the vocabulary cannot write what the grammar wants here, or nothing
    /// finite can.
    /// </summary>
    public bool IsStuck => !_state.CanEnd && Array.TrueForAll(Allowed(), word => word == 0);

    /// <summary>Makes logits of tokens that may not come minus infinity.</summary>
    /// <param name="logits">[vocabulary].</param>
    public void Apply(Span<float> logits)
    {
        var allowed = Allowed();

        for (var token = 0; token < logits.Length; token++)
        {
            if (((allowed[token >> 6] >> (token & 63)) & 1) == 0)
            {
                logits[token] = float.NegativeInfinity;
            }
        }
    }

    /// <summary>A token of the text; one that may not come leaves a text that nothing but its end can follow.</summary>
    /// <returns>Whether it may come.</returns>
    public bool Take(int token)
    {
        if (_ends.Contains(token))
        {
            return _state.CanEnd;
        }

        if (After(token) is not { } next)
        {
            return false;
        }

        _state = next;
        return true;
    }

    /// <summary>Where the text stands after a token; null where it may not come.</summary>
    private GrammarMachine.State? After(int token)
    {
        var state = _state;

        foreach (var value in _bytesOf(token).Span)
        {
            if (_machine.Next(state, value) is not { } next)
            {
                return null;
            }

            state = next;
        }

        return state;
    }

    private ulong[] Allowed()
    {
        if (_state.Allowed is { } known)
        {
            return known;
        }

        var allowed = new ulong[(_vocabulary.Count + 63) / 64];
        Walk(_vocabulary.Root, _state, allowed);

        foreach (var mark in _marks.Where(mark => After(mark) is not null))
        {
            allowed[mark >> 6] |= 1UL << (mark & 63);
        }

        foreach (var end in _ends)
        {
            var bit = 1UL << (end & 63);
            allowed[end >> 6] = _state.CanEnd ? allowed[end >> 6] | bit : allowed[end >> 6] & ~bit;
        }

        _state.Allowed = allowed;
        _kept.Enqueue(_state);

        if (_kept.Count > KeptMax)
        {
            _kept.Dequeue().Allowed = null;
        }

        return allowed;
    }

    /// <summary>As deep as the longest token is long.</summary>
    private void Walk(TokenTrie.Node node, GrammarMachine.State state, ulong[] allowed)
    {
        foreach (var token in node.Tokens)
        {
            allowed[token >> 6] |= 1UL << (token & 63);
        }

        foreach (var (value, child) in node.Children)
        {
            if (_machine.Next(state, value) is { } next)
            {
                Walk(child, next, allowed);
            }
        }
    }
}
