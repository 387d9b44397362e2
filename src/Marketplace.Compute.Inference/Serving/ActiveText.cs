using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Serving;

/// <summary>
/// A text that waits or runs: its draft, its blocks and how much of the next tokens has gone through.
/// </summary>
internal sealed class ActiveText
{
    private readonly int _given;
    private readonly List<int> _open = new(BlockTable.Positions);
    private BlockKey _chain;
    private BlockTable? _table;
    private BatchSlice _slice;
    private int _full;
    private int _done;
    private int _read;

    public ActiveText(string tenant, TextDraft draft, CancellationToken cancel, bool isBatch = false)
    {
        (Tenant, Draft, Cancel, IsBatch) = (tenant, draft, cancel, isBatch);
        Shown = new(draft.Size.Prompt);
        Blocks = BlockTable.BlocksFor(draft.Size.Positions);
        _chain = BlockKey.Root(tenant);
        _given = draft.Next.Length;
        Prefix = SharedOf(draft, _chain);
    }

    public string Tenant { get; }

    public TextDraft Draft { get; }

    /// <summary>Whether it gives way to texts that are not.</summary>
    public bool IsBatch { get; }

    /// <summary>How often it has given way.</summary>
    public int Evictions { get; private set; }

    /// <summary>Tokens made since it began to run, or began again.</summary>
    public int MadeInRun { get; private set; }

    public ServedText Shown { get; }

    public CancellationToken Cancel { get; }

    /// <summary>Wakes the engine when the text is cancelled.</summary>
    public CancellationTokenRegistration Wake { get; set; }

    /// <summary>Blocks for the longest that it may become: once it runs, it never waits for room.</summary>
    public int Blocks { get; }

    /// <summary>
    /// Keys of the blocks that prompt and prefix fill, but for the last token: its logits are needed. Once it has given
    /// way, what was made counts among the prefix.
    /// </summary>
    public BlockKey[] Prefix { get; private set; }

    /// <summary>Tokens to go through the model before the next is drawn.</summary>
    public int Left => Draft.Next.Length - _done;

    public bool WantsLogits => _slice.WantsLogits;

    /// <summary>Rows whose logits the part asks for.</summary>
    public int LogitRows => _slice.LogitRows;

    /// <summary>Whether every token of the next part asks for its logits.</summary>
    public bool WantsAll => Draft.WantsPrompt;

    /// <summary>What the last step drew; null for nothing, or for the end.</summary>
    public GeneratedToken? Drawn { get; private set; }

    /// <summary>What went wrong at drawing.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>The blocks are there; so many of them hold the text's begin already.</summary>
    public void Begin(int[] blocks, int shared)
    {
        (_table, _full) = (new(blocks), shared);
        _done = shared * BlockTable.Positions;
        _chain = shared > 0 ? Prefix[shared - 1] : _chain;
        MadeInRun = 0;

        if (Evictions == 0)
        {
            Shown.CachedTokens = _done;
        }
    }

    /// <summary>
    /// Between two steps: it runs no longer and has no blocks. When it begins again all of it is read once more, which
    /// gives the same bits.
    /// </summary>
    public void GiveWay()
    {
        Draft.Forget();
        Evictions++;
        _open.Clear();
        _chain = BlockKey.Root(Tenant);
        Prefix = SharedOf(Draft, _chain);
        (_table, _full, _done) = (null, 0, 0);
    }

    /// <summary>The blocks that it leaves when it ends.</summary>
    public ReadOnlySpan<int> Taken => _table is null ? [] : _table.Blocks;

    /// <summary>The next step's part: so many of the tokens left.</summary>
    public BatchSlice Take(int count)
    {
        var tokens = Draft.Next.AsMemory(_done, count);
        _slice = new(tokens, Draft.Given + _done, _table!, WantsLogits: count == Left)
        {
            WantsAll = WantsAll,
        };
        _done += count;
        return _slice;
    }

    /// <summary>
    /// Looks at the part's logits, and draws from the last of them where the next token is due. May be called on any
    /// thread, before <see cref="Went"/>.
    /// </summary>
    /// <param name="batch">Has them.</param>
    /// <param name="number">Of the first.</param>
    public void Draw(ILlamaBatch batch, int number)
    {
        try
        {
            for (var at = 0; _slice.WantsAll && at < LogitRows; at++)
            {
                Draft.See(_slice.First + at, batch.Logits(number + at));
            }

            // A prompt that is told may be all that is wanted.
            if (WantsLogits && Draft.GoesOn())
            {
                Drawn = Draft.Draw(batch.Logits(number + LogitRows - 1));
                MadeInRun++;
                Draft.GoesOn();
            }
        }
#pragma warning disable CA1031 // One text's error ends that text alone; its reader gets it.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Fault = fault;
        }
    }

    /// <summary>The part has gone through: blocks that it filled can be found from now on.</summary>
    /// <returns>How many of its tokens were of prompt or prefix, and were not read before.</returns>
    public int Went(BlockPool pool)
    {
        foreach (var token in _slice.Tokens.Span)
        {
            _open.Add(token);

            if (_open.Count == BlockTable.Positions)
            {
                _chain = _chain.Next([.. _open]);
                pool.Publish(_table!.Blocks[_full++], _chain);
                _open.Clear();
            }
        }

        if (WantsLogits)
        {
            _done = 0;
        }

        var to = _slice.First + _slice.Tokens.Length;
        var news = Math.Max(0, Math.Min(to, _given) - Math.Max(_read, _slice.First));
        _read = Math.Max(_read, to);
        return news;
    }

    /// <summary>Of a prompt that is told every row is to be read: none is found, but all can be.</summary>
    private static BlockKey[] SharedOf(TextDraft draft, BlockKey chain) =>
        draft.WantsPrompt ? [] : KeysOf(draft.Next, chain);

    private static BlockKey[] KeysOf(ReadOnlySpan<int> tokens, BlockKey chain)
    {
        var keys = new BlockKey[Math.Max(tokens.Length - 1, 0) / BlockTable.Positions];

        for (var at = 0; at < keys.Length; at++)
        {
            chain = chain.Next(tokens.Slice(at * BlockTable.Positions, BlockTable.Positions));
            keys[at] = chain;
        }

        return keys;
    }
}
