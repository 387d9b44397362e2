using System.Text;

namespace Marketplace.Compute.Inference.Tokenizers;

/// <summary>
/// Joins neighbouring pieces by score with a heap over a linked list: n log n where the plain loop is quadratic.
/// Equal scores go to the leftmost pair.
/// </summary>
internal sealed class PairMerger
{
    private readonly Vocabulary _vocabulary;
    private readonly string _text;
    private readonly List<Piece> _pieces = [];
    private readonly PriorityQueue<Pair, (float, int)> _pairs = new();

    public PairMerger(Vocabulary vocabulary, string text)
    {
        (_vocabulary, _text) = (vocabulary, text);

        for (var at = 0; at < text.Length;)
        {
            var isPair = at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]);
            _pieces.Add(new Piece
            {
                Start = at,
                Length = isPair ? 2 : 1,
                Previous = _pieces.Count - 1,
                Next = _pieces.Count + 1,
            });
            at += isPair ? 2 : 1;
        }

        if (_pieces.Count > 0)
        {
            _pieces[^1].Next = -1;
        }
    }

    public IEnumerable<int> Merge(int unknown)
    {
        for (var piece = 0; piece < _pieces.Count - 1; piece++)
        {
            Propose(piece);
        }

        while (_pairs.TryDequeue(out var pair, out _))
        {
            var (left, right) = (_pieces[pair.Left], _pieces[pair.Right]);

            // A piece that has grown or gone since is no longer the one of the proposal.
            if (left.Length + right.Length != pair.Length || left.Length == 0 || right.Length == 0
                || left.Next != pair.Right)
            {
                continue;
            }

            left.Length += right.Length;
            left.Next = right.Next;
            right.Length = 0;

            if (left.Next >= 0)
            {
                _pieces[left.Next].Previous = pair.Left;
                Propose(pair.Left);
            }

            if (left.Previous >= 0)
            {
                Propose(left.Previous);
            }
        }

        return Tokens(unknown);
    }

    private IEnumerable<int> Tokens(int unknown)
    {
        for (var at = _pieces.Count > 0 ? 0 : -1; at >= 0; at = _pieces[at].Next)
        {
            var text = _text.Substring(_pieces[at].Start, _pieces[at].Length);

            if (_vocabulary.Find(text) is { } token)
            {
                yield return token;
                continue;
            }

            foreach (var value in Encoding.UTF8.GetBytes(text))
            {
                yield return _vocabulary.FindByte(value) ?? unknown;
            }
        }
    }

    private void Propose(int left)
    {
        var right = _pieces[left].Next;

        if (right < 0)
        {
            return;
        }

        var length = _pieces[left].Length + _pieces[right].Length;

        if (_vocabulary.Find(_text.Substring(_pieces[left].Start, length)) is { } token)
        {
            _pairs.Enqueue(new(left, right, length), (-_vocabulary.ScoreOf(token), _pieces[left].Start));
        }
    }

    private readonly record struct Pair(int Left, int Right, int Length);

    private sealed class Piece
    {
        public int Start { get; init; }

        public int Length { get; set; }

        public int Previous { get; set; }

        public int Next { get; set; }
    }
}
