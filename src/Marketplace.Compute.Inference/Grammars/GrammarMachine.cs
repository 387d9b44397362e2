using System.Runtime.InteropServices;

namespace Marketplace.Compute.Inference.Grammars;

/// <summary>
/// Runs a grammar over bytes: a pushdown automaton whose sets of stacks are states of their own, made when a text first
/// comes to them and kept. Used by one thread at a time.
/// </summary>
internal sealed class GrammarMachine
{
    /// <summary>Deepest nesting of a text.</summary>
    public const int DepthMax = 256;

    /// <summary>Stacks of one state: more mean that the grammar is too ambiguous.</summary>
    private const int StacksMax = 4_096;

    /// <summary>Stacks of all texts together: each is kept for as long as the machine is.</summary>
    private const int StacksKeptMax = 1_000_000;

    /// <summary>States that are kept before all of them are made anew.</summary>
    private const int StatesMax = 20_000;

    private readonly Grammar _grammar;
    private readonly Dictionary<(Place Place, int Below), int> _stackNumbers = [];
    private readonly List<(Place Place, int Below, int Depth)> _stacks = [];
    private readonly Dictionary<StateKey, State> _states = [];

    /// <exception cref="SchemaException">The grammar cannot be run.</exception>
    public GrammarMachine(Grammar grammar)
    {
        _grammar = grammar;
        var stacks = new Reached();
        Enter(grammar.Root, NoStack, stacks);
        Begin = StateOf(stacks) ?? throw new SchemaException("", "allows no text at all");
    }

    /// <summary>Nothing is read yet.</summary>
    public State Begin { get; }

    private const int NoStack = -1;

    /// <summary>After one more byte; null where the grammar has no such text.</summary>
    public State? Next(State state, byte value)
    {
        if (state.IsKnown(value, out var known))
        {
            return known;
        }

        var stacks = new Reached();

        foreach (var stack in state.Stacks)
        {
            if (stack != NoStack && ElementAt(_stacks[stack].Place).Bytes.Contains(value))
            {
                var (place, below, _) = _stacks[stack];
                Go(place with { At = place.At + 1 }, below, stacks);
            }
        }

        return state.Learn(value, StateOf(stacks));
    }

    /// <summary>Goes on behind an element: into rules, or to the stack below when the alternative is over.</summary>
    private void Go(Place place, int below, Reached found)
    {
        while (true)
        {
            if (place.At < _grammar.Alternatives(place.Rule)[place.Alternative].Length)
            {
                break;
            }

            if (below == NoStack)
            {
                found.Stacks.Add(NoStack);
                return;
            }

            (place, below, _) = _stacks[below];
        }

        if (ElementAt(place) is { RuleNumber: >= 0 and var rule })
        {
            // What stands behind the rule waits below it; nothing stands behind a last one, and stacks stay flat.
            var next = place with { At = place.At + 1 };
            var isLast = next.At == _grammar.Alternatives(place.Rule)[place.Alternative].Length;
            Enter(rule, isLast ? below : Push(next, below), found);
        }
        else
        {
            Add(Push(place, below), found);
        }
    }

    /// <summary>A rule above a stack is gone into once: what leads back to itself adds nothing.</summary>
    private void Enter(int rule, int below, Reached found)
    {
        if (!found.Rules.Add((rule, below)))
        {
            return;
        }

        for (var alternative = 0; alternative < _grammar.Alternatives(rule).Count; alternative++)
        {
            Go(new(rule, alternative, 0), below, found);
        }
    }

    private static void Add(int stack, Reached found)
    {
        if (found.Stacks.Add(stack) && found.Stacks.Count > StacksMax)
        {
            throw new SchemaException("", $"leaves more than {StacksMax} ways to go on at once");
        }
    }

    private Grammar.Element ElementAt(Place place) =>
        _grammar.Alternatives(place.Rule)[place.Alternative][place.At];

    private int Push(Place place, int below)
    {
        if (!_stackNumbers.TryGetValue((place, below), out var number))
        {
            if (_stacks.Count >= StacksKeptMax)
            {
                throw new SchemaException("", $"needs more than {StacksKeptMax} stacks for these texts");
            }

            var depth = below == NoStack ? 0 : _stacks[below].Depth + 1;
            number = _stacks.Count;
            _stacks.Add((place, below, depth));
            _stackNumbers.Add((place, below), number);
        }

        return number;
    }

    /// <summary>Null where no way goes on: nesting that is too deep ends here.</summary>
    private State? StateOf(Reached reached)
    {
        var key = new StateKey(
            [.. reached.Stacks.Where(stack => stack == NoStack || _stacks[stack].Depth <= DepthMax)]);

        if (key.Stacks.Length == 0)
        {
            return null;
        }

        if (!_states.TryGetValue(key, out var state))
        {
            if (_states.Count >= StatesMax)
            {
                _states.Clear();
            }

            state = new(key.Stacks, key.Stacks.Contains(NoStack));
            _states.Add(key, state);
        }

        return state;
    }

    /// <summary>What one byte leads to.</summary>
    private sealed class Reached
    {
        public SortedSet<int> Stacks { get; } = [];

        public HashSet<(int Rule, int Below)> Rules { get; } = [];
    }

    /// <summary>An element of an alternative of a rule.</summary>
    private readonly record struct Place(int Rule, int Alternative, int At);

    /// <summary>Where a text stands.</summary>
    public sealed class State(int[] stacks, bool canEnd)
    {
        private const int Bytes = 256;

        private readonly State?[] _next = new State?[Bytes];
        private readonly bool[] _isKnown = new bool[Bytes];

        internal int[] Stacks => stacks;

        /// <summary>Whether the text may be over.</summary>
        public bool CanEnd => canEnd;

        /// <summary>Kept by <see cref="TokenMask"/>: the tokens that may come next.</summary>
        internal ulong[]? Allowed { get; set; }

        internal bool IsKnown(byte value, out State? next)
        {
            next = _next[value];
            return _isKnown[value];
        }

        internal State? Learn(byte value, State? next)
        {
            (_isKnown[value], _next[value]) = (true, next);
            return next;
        }
    }

    private readonly struct StateKey(int[] stacks) : IEquatable<StateKey>
    {
        public int[] Stacks => stacks;

        public bool Equals(StateKey other) => stacks.AsSpan().SequenceEqual(other.Stacks);

        public override bool Equals(object? obj) => obj is StateKey other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.AddBytes(MemoryMarshal.AsBytes(stacks.AsSpan()));
            return hash.ToHashCode();
        }
    }
}
