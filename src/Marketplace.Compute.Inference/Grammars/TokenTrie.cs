namespace Marketplace.Compute.Inference.Grammars;

/// <summary>A vocabulary by its tokens' bytes, so that all tokens that begin alike are tried together.</summary>
public sealed class TokenTrie
{
    private readonly Node _root = new();

    /// <param name="tokens">Their bytes; empty for those that are no text, which no grammar allows.</param>
    public TokenTrie(IReadOnlyList<ReadOnlyMemory<byte>> tokens)
    {
        Count = tokens.Count;

        for (var token = 0; token < tokens.Count; token++)
        {
            var node = _root;

            foreach (var value in tokens[token].Span)
            {
                node = node.Child(value);
            }

            if (node != _root)
            {
                node.Tokens.Add(token);
            }
        }
    }

    /// <summary>Tokens of the vocabulary.</summary>
    public int Count { get; }

    internal Node Root => _root;

    internal sealed class Node
    {
        private readonly List<(byte Value, Node Node)> _children = [];

        public List<int> Tokens { get; } = [];

        public IReadOnlyList<(byte Value, Node Node)> Children => _children;

        public Node Child(byte value)
        {
            foreach (var (known, child) in _children)
            {
                if (known == value)
                {
                    return child;
                }
            }

            var made = new Node();
            _children.Add((value, made));
            return made;
        }
    }
}
