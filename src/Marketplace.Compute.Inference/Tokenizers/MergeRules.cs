namespace Marketplace.Compute.Inference.Tokenizers;

/// <summary>
/// Byte-pair merges by rank (Sennrich et al. 2016): the neighbours with the lowest rank are joined first, equal ranks
/// from the left. A heap over a linked list makes it n log n in the length of a word.
/// </summary>
internal sealed class MergeRules
{
    private readonly Dictionary<long, (int Rank, int Joint)> _rules = [];

    /// <summary>Adds the next rule, which ranks behind all before it. A pair that has one keeps it.</summary>
    public void Add(int left, int right, int joint) => _rules.TryAdd(Key(left, right), (_rules.Count, joint));

    /// <summary>Joins what the rules join.</summary>
    public IReadOnlyList<int> Merge(IReadOnlyList<int> tokens)
    {
        var count = tokens.Count;
        var (token, next, previous) = (tokens.ToArray(), new int[count], new int[count]);
        var proposals = new PriorityQueue<(int Left, int Right, int Joint, long Pair), (int Rank, int Left)>();

        for (var at = 0; at < count; at++)
        {
            (previous[at], next[at]) = (at - 1, at + 1 < count ? at + 1 : -1);
        }

        for (var at = 0; at + 1 < count; at++)
        {
            Propose(at);
        }

        while (proposals.TryDequeue(out var proposal, out _))
        {
            var (left, right, joint, pair) = proposal;

            // What was joined since is another token now, or gone (-1).
            if (token[left] < 0 || token[right] < 0 || next[left] != right || Key(token[left], token[right]) != pair)
            {
                continue;
            }

            (token[left], token[right], next[left]) = (joint, -1, next[right]);

            if (next[left] >= 0)
            {
                previous[next[left]] = left;
                Propose(left);
            }

            if (previous[left] >= 0)
            {
                Propose(previous[left]);
            }
        }

        return [.. token.Where(id => id >= 0)];

        void Propose(int left)
        {
            var right = next[left];
            var pair = Key(token[left], token[right]);

            if (_rules.TryGetValue(pair, out var rule))
            {
                proposals.Enqueue((left, right, rule.Joint, pair), (rule.Rank, left));
            }
        }
    }

    private static long Key(int left, int right) => ((long)left << 32) | (uint)right;
}
