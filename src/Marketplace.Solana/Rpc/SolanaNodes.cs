namespace Marketplace.Solana.Rpc;

/// <summary>
/// Several nodes of one chain. A read goes to the first one that answers; what money depends on is asked of all, and
/// counts when enough of them say the same. A node's word counts only while it is of the pinned chain. One that fails
/// or is slow comes last for a while, so that a dead node costs one wait and not one for every call.
/// </summary>
public sealed partial class SolanaNodes
{
    private readonly Node[] _nodes;
    private readonly TimeProvider _clock;
    private readonly NodeRules _rules;
    private Hash? _chain;

    public SolanaNodes(IReadOnlyList<ISolanaRpc> nodes, TimeProvider? clock = null, NodeRules? rules = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(nodes.Count);
        _nodes = [.. nodes.Select((rpc, at) => new Node(rpc, at))];
        _clock = clock ?? TimeProvider.System;
        _rules = rules ?? new NodeRules();
    }

    /// <summary>How many nodes have to say the same.</summary>
    public int Quorum => Math.Min(_rules.Quorum, _nodes.Length);

    /// <summary>From here on only nodes of this chain are believed. The first pin stays.</summary>
    public void Pin(Hash chain) => _chain ??= chain;

    /// <summary>The first answer of any node: good for what can do no harm when it is wrong or old.</summary>
    /// <exception cref="SolanaRpcException">No node answered, or one refused the question itself.</exception>
    public async Task<T> Ask<T>(
        Func<ISolanaRpc, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = new Queue<Node>(InOrder());
        var running = new Dictionary<Task<T>, Node>();

        try
        {
            while (true)
            {
                if (waiting.TryDequeue(out var next))
                {
                    running.Add(Call(next, call, stop.Token), next);
                }

                if (await FirstOf(running.Keys, waiting.Count > 0, stop.Token) is not { } done)
                {
                    // Too slow: the next one is asked beside it.
                    running.Values.ToList().ForEach(Rest);
                    continue;
                }

                running.Remove(done);

                try
                {
                    return await done;
                }
                catch (SolanaRpcException problem) when (problem.IsAboutTheNode && running.Count + waiting.Count > 0)
                {
                    continue;
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    /// <summary>What enough nodes say, each for itself.</summary>
    /// <exception cref="SolanaRpcException">They do not, now: no evidence of anything.</exception>
    public async Task<T> Agree<T>(
        Func<ISolanaRpc, CancellationToken, Task<T>> call,
        Func<T, T, bool> same,
        CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = InOrder().Select(node => Call(node, call, stop.Token)).ToList();
        var answers = new List<T>();
        var last = "they do not agree";

        try
        {
            while (running.Count > 0)
            {
                var done = await Task.WhenAny(running);
                running.Remove(done);

                try
                {
                    var answer = await done;
                    answers.Add(answer);

                    if (answers.Count(one => same(one, answer)) >= Quorum)
                    {
                        return answer;
                    }
                }
                catch (SolanaRpcException problem)
                {
                    last = problem.Message;
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw new SolanaRpcException(
            $"{Quorum} nodes have to say the same, {answers.Count} of {_nodes.Length} answered: {last}");
    }

    /// <summary>
    /// Tells every node that is not resting, and waits for enough of them; a slow one is not waited for much longer.
    /// </summary>
    public async Task<IReadOnlyList<NodeAnswer<T>>> Everywhere<T>(
        Func<ISolanaRpc, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        Node[] awake = [.. Awake()];
        var spare = new Queue<Node>(InOrder().Except(awake));
        var running = awake.ToDictionary(node => Call(node, call, cancellationToken));
        var answers = new List<NodeAnswer<T>>();
        var told = 0;
        var isSparing = false;

        while (running.Count > 0)
        {
            if (await FirstOf(running.Keys, isSparing || told >= Quorum, cancellationToken) is not { } done)
            {
                running.Values.ToList().ForEach(Rest);
                break;
            }

            running.Remove(done);

            try
            {
                answers.Add(new NodeAnswer<T>.Told(await done));
                told++;
            }
            catch (SolanaRpcException problem)
            {
                answers.Add(new NodeAnswer<T>.Failed(problem));
            }

            // Too few are awake: one that rests may be well again.
            if (running.Count == 0 && told < Quorum && spare.TryDequeue(out var next))
            {
                isSparing = true;
                running.Add(Call(next, call, cancellationToken), next);
            }
        }

        return answers;
    }

    /// <summary>The same for reads: the answers of those that gave one.</summary>
    /// <exception cref="SolanaRpcException">Too few did.</exception>
    public async Task<IReadOnlyList<T>> Several<T>(
        Func<ISolanaRpc, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        var answers = await Everywhere(call, cancellationToken);
        T[] told = [.. answers.OfType<NodeAnswer<T>.Told>().Select(answer => answer.Value)];

        return told.Length >= Quorum
            ? told
            : throw new SolanaRpcException($"{Quorum} nodes are needed, {told.Length} of {_nodes.Length} answered: "
                + answers.OfType<NodeAnswer<T>.Failed>().LastOrDefault()?.Problem.Message);
    }

    /// <summary>
    /// The pinned chain when a node is of it; otherwise what a node says that is of another one. Before anything is
    /// pinned all that answer have to say the same.
    /// </summary>
    private async Task<Hash> Chain(CancellationToken cancellationToken)
    {
        var told = new HashSet<Hash>();
        SolanaRpcException? last = null;

        foreach (var node in InOrder())
        {
            try
            {
                told.Add(await node.Rpc.GetGenesisHashAsync(cancellationToken).WaitAsync(
                    _nodes.Length == 1 ? Timeout.InfiniteTimeSpan : _rules.HedgeAfter, _clock, cancellationToken));
            }
            catch (TimeoutException problem)
            {
                Rest(node);
                last = new SolanaRpcException("getGenesisHash: no answer in time.", problem);
            }
            catch (SolanaRpcException problem)
            {
                Rest(node);
                last = problem;
            }

            if (_chain is not null && told.Contains(_chain))
            {
                return _chain;
            }
        }

        return told.Count switch
        {
            0 => throw last!,
            1 => told.First(),
            _ when _chain is not null => told.First(),
            _ => throw new SolanaRpcException($"the nodes are of different chains: {string.Join(", ", told)}"),
        };
    }

    /// <summary>Null when none came in time.</summary>
    private async Task<Task<T>?> FirstOf<T>(
        IReadOnlyCollection<Task<T>> running, bool isLimited, CancellationToken cancellationToken)
    {
        if (running.FirstOrDefault(task => task.IsCompleted) is { } done)
        {
            return done;
        }

        if (!isLimited)
        {
            return await Task.WhenAny(running);
        }

        Task first;

        using (var early = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            first = await Task.WhenAny([.. running, Task.Delay(_rules.HedgeAfter, _clock, early.Token)]);
            await early.CancelAsync();
        }

        cancellationToken.ThrowIfCancellationRequested();
        return first as Task<T>;
    }

    private async Task<T> Call<T>(
        Node node, Func<ISolanaRpc, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            await CheckChain(node, cancellationToken);
            return await call(node.Rpc, cancellationToken);
        }
        catch (SolanaRpcException problem) when (problem.IsAboutTheNode)
        {
            Rest(node);
            throw;
        }
    }

    private async Task CheckChain(Node node, CancellationToken cancellationToken)
    {
        if (_chain is not { } chain || _clock.GetUtcNow().UtcTicks < node.ChainKnownUntil)
        {
            return;
        }

        var told = await node.Rpc.GetGenesisHashAsync(cancellationToken);

        if (told != chain)
        {
            throw new SolanaRpcException($"node {node.Number} is of chain {told}, not {chain}.");
        }

        node.ChainKnownUntil = (_clock.GetUtcNow() + _rules.ChainKnownFor).UtcTicks;
    }

    private void Rest(Node node)
    {
        node.RestsUntil = (_clock.GetUtcNow() + _rules.RestFor).UtcTicks;
        node.ChainKnownUntil = 0;
    }

    /// <summary>As configured, those that rest last.</summary>
    private IEnumerable<Node> InOrder()
    {
        var now = _clock.GetUtcNow().UtcTicks;
        return _nodes.OrderBy(node => node.RestsUntil > now ? node.RestsUntil : 0);
    }

    /// <summary>Those that do not rest, and as many of the others as a quorum needs.</summary>
    private IEnumerable<Node> Awake()
    {
        var now = _clock.GetUtcNow().UtcTicks;
        var ready = _nodes.Count(node => node.RestsUntil <= now);
        return InOrder().Take(Math.Max(ready, Quorum));
    }

    private sealed class Node(ISolanaRpc rpc, int number)
    {
        public ISolanaRpc Rpc => rpc;

        public int Number => number;

        /// <summary>UTC ticks, which threads read and write whole.</summary>
        public long RestsUntil { get; set; }

        public long ChainKnownUntil { get; set; }
    }
}
