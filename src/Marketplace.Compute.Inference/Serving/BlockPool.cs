namespace Marketplace.Compute.Inference.Serving;

/// <summary>
/// Who uses which block. A block has as many users as texts whose tables name it; a full one may have a key, under
/// which later texts find it, and is kept when the last user leaves, until room is needed: the longest unused goes
/// first. Kwon et al. 2023. Knows numbers only, no memory. Used by one thread at a time.
/// </summary>
internal sealed class BlockPool
{
    private readonly Stack<int> _free;
    private readonly int[] _users;
    private readonly BlockKey?[] _keys;
    private readonly Dictionary<BlockKey, int> _known = [];
    private readonly LinkedList<int> _kept = new();
    private readonly LinkedListNode<int>[] _nodes;

    public BlockPool(int count)
    {
        Count = count;
        _free = new(Enumerable.Range(0, count).Reverse());
        _users = new int[count];
        _keys = new BlockKey?[count];
        _nodes = [.. Enumerable.Range(0, count).Select(block => new LinkedListNode<int>(block))];
    }

    public int Count { get; }

    /// <summary>Blocks that have users.</summary>
    public int Used => Count - _free.Count - _kept.Count;

    /// <summary>Blocks without users that can still be found.</summary>
    public int Kept => _kept.Count;

    /// <summary>
    /// Blocks for one text, the known ones first; null where there are not enough, and nothing is taken.
    /// </summary>
    /// <param name="prefix">Keys of the text's first blocks, in order; shared as far as they are known.</param>
    /// <param name="count">Blocks in all, at least as many as keys.</param>
    /// <param name="shared">How many were known.</param>
    public int[]? Take(ReadOnlySpan<BlockKey> prefix, int count, out int shared)
    {
        var (found, inUse) = (0, 0);

        while (found < prefix.Length && _known.TryGetValue(prefix[found], out var block))
        {
            inUse += _users[block] > 0 ? 1 : 0;
            found++;
        }

        shared = found;

        if (count - inUse > _free.Count + _kept.Count)
        {
            return null;
        }

        var blocks = new int[count];

        for (var at = 0; at < found; at++)
        {
            blocks[at] = Share(_known[prefix[at]]);
        }

        for (var at = found; at < count; at++)
        {
            blocks[at] = _free.TryPop(out var free) ? free : Oldest();
            _users[blocks[at]] = 1;
        }

        return blocks;
    }

    /// <summary>
    /// Whether <see cref="Take"/> would find so many blocks if the texts with these tables left.
    /// </summary>
    public bool WouldFit(int count, IEnumerable<int[]> leaving)
    {
        var leavers = leaving.SelectMany(blocks => blocks).CountBy(block => block);
        return count <= _free.Count + _kept.Count + leavers.Count(one => one.Value == _users[one.Key]);
    }

    /// <summary>
    /// A block of the taker is full and will not change any more. A key that is known already stays put.
    /// </summary>
    public void Publish(int block, BlockKey key)
    {
        if (_keys[block] is null && _known.TryAdd(key, block))
        {
            _keys[block] = key;
        }
    }

    /// <summary>A text leaves its blocks.</summary>
    public void Release(ReadOnlySpan<int> blocks)
    {
        // From the end: what follows a block cannot be found without it, so it goes first.
        for (var at = blocks.Length - 1; at >= 0; at--)
        {
            var block = blocks[at];
            ArgumentOutOfRangeException.ThrowIfZero(_users[block], nameof(blocks));

            if (--_users[block] > 0)
            {
                continue;
            }

            if (_keys[block] is null)
            {
                _free.Push(block);
            }
            else
            {
                _kept.AddLast(_nodes[block]);
            }
        }
    }

    private int Share(int block)
    {
        if (_users[block]++ == 0)
        {
            _kept.Remove(_nodes[block]);
        }

        return block;
    }

    private int Oldest()
    {
        var block = _kept.First!.Value;
        _kept.RemoveFirst();
        _known.Remove(_keys[block]!.Value);
        _keys[block] = null;
        return block;
    }
}
