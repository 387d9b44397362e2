using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Host;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Embeddings;

/// <summary>
/// Texts to vectors: the last hidden states after the model's norm, which the device makes, pooled on the processor as
/// the model's file says, of length 1. Short texts go through the layers together, long ones in parts; on one device a
/// vector's bits depend on neither. Used from any thread; the model and the device stay the caller's.
/// </summary>
public sealed class Embedder
{
    /// <summary>Tokens of one pass through the layers.</summary>
    public const int RowsMax = HostSequence.ChunkMax;

    private readonly LlamaModel _model;
    private readonly ILlamaBackend _backend;
    private readonly EmbeddingRule _rule;
    private readonly int _rows;

    /// <param name="model">The model.</param>
    /// <param name="backend">The model on its device.</param>
    /// <param name="rows">Tokens of one pass, which change nothing in the vectors.</param>
    /// <exception cref="ModelFormatException">The model makes no embeddings.</exception>
    internal Embedder(LlamaModel model, ILlamaBackend backend, int rows = RowsMax) =>
        (_model, _backend, _rule, _rows) = (model, backend, model.EmbeddingRule, rows);

    /// <summary>Numbers of one vector.</summary>
    public int Width => _model.Shape.Dimension;

    /// <summary>The tokens of a text as they are embedded, its marks included.</summary>
    /// <exception cref="ArgumentException">The text is too long.</exception>
    public IReadOnlyList<int> Encode(string text) => _rule.Encode(_model.Tokenizer, text);

    /// <summary>One vector for each of the token sequences: [inputs][width], each of length 1.</summary>
    /// <exception cref="ArgumentException">A sequence is empty, or a token is not in the vocabulary.</exception>
    /// <exception cref="PromptTooLongException">A sequence does not fit into the model's context.</exception>
    /// <exception cref="ArithmeticException">The model's states are no numbers.</exception>
    public float[] Embed(IReadOnlyList<IReadOnlyList<int>> inputs, CancellationToken cancel)
    {
        foreach (var (at, input) in inputs.Index())
        {
            Check(input, at);
        }

        var vectors = new float[checked((long)inputs.Count * Width)];
        var passes = Passes(inputs);

        if (passes.Count == 0)
        {
            return vectors;
        }

        var blocks = passes.Max(pass => inputs.Skip(pass.First).Take(pass.Count).Sum(BlocksFor));
        using var states = _backend.NewStates(new(blocks, _rows, inputs.Max(input => input.Count)));

        foreach (var (first, count) in passes)
        {
            Run(inputs, (first, count), states, vectors, cancel);
        }

        return vectors;
    }

    private static int BlocksFor(IReadOnlyList<int> input) => BlockTable.BlocksFor(input.Count);

    private void Check(IReadOnlyList<int> input, int at)
    {
        var (vocabulary, context) = (_model.Shape.Vocabulary, _model.Shape.Context);

        if (input.Count > context)
        {
            throw new PromptTooLongException(input.Count, context);
        }

        if (input.Count == 0 || input.Any(token => token < 0 || token >= vocabulary))
        {
            throw new ArgumentException(
                input.Count == 0
                    ? $"input {at} has no tokens"
                    : $"input {at} has a token that is not in the vocabulary of {vocabulary}",
                nameof(input));
        }
    }

    /// <summary>Inputs that go together: several that fit into one pass whole, or one that has its own.</summary>
    private List<(int First, int Count)> Passes(IReadOnlyList<IReadOnlyList<int>> inputs)
    {
        var passes = new List<(int First, int Count)>();
        var rows = 0;

        for (var at = 0; at < inputs.Count; at++)
        {
            rows += inputs[at].Count;

            if (passes.Count > 0 && rows <= _rows)
            {
                passes[^1] = (passes[^1].First, passes[^1].Count + 1);
            }
            else
            {
                passes.Add((at, 1));
                rows = inputs[at].Count;
            }
        }

        return passes;
    }

    private void Run(
        IReadOnlyList<IReadOnlyList<int>> inputs,
        (int First, int Count) pass,
        ILlamaStates states,
        float[] vectors,
        CancellationToken cancel)
    {
        var pooled = new PooledState[pass.Count];
        var tokens = new int[pass.Count][];
        var tables = new BlockTable[pass.Count];
        var block = 0;

        for (var at = 0; at < pass.Count; at++)
        {
            tokens[at] = [.. inputs[pass.First + at]];
            pooled[at] = new(_rule.Pooling, tokens[at].Length, Width);
            tables[at] = new([.. Enumerable.Range(block, BlockTable.BlocksFor(tokens[at].Length))]);
            block += tables[at].Blocks.Length;
        }

        // Only one that is alone in its pass is longer than a pass.
        for (var done = 0; done < tokens[0].Length; done += _rows)
        {
            cancel.ThrowIfCancellationRequested();
            BatchSlice[] slices =
            [
                .. tokens.Select((all, at) => new BatchSlice(
                    all.AsMemory(done, Math.Min(_rows, all.Length - done)), done, tables[at], WantsLogits: false)),
            ];
            states.Forward(slices);
            Pool(slices, pooled, states);

            if (pass.Count > 1)
            {
                break;
            }
        }

        for (var at = 0; at < pass.Count; at++)
        {
            pooled[at].Write(vectors.AsSpan((pass.First + at) * Width, Width));
        }
    }

    private static void Pool(BatchSlice[] slices, PooledState[] pooled, ILlamaStates states)
    {
        var row = 0;

        for (var at = 0; at < slices.Length; at++)
        {
            for (var token = 0; token < slices[at].Tokens.Length; token++, row++)
            {
                pooled[at].Add(states.State(row));
            }
        }
    }
}
