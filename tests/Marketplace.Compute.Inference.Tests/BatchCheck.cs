using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Tests;

/// <summary>Neighbours, chunks and the places of blocks leave no trace in the bits of a sequence's logits.</summary>
/// <param name="Sequences">Sequences side by side.</param>
/// <param name="Rows">Tokens of a step.</param>
/// <param name="PositionsMin">Length of the shortest.</param>
/// <param name="PositionsMax">One above the longest.</param>
/// <param name="Singles">Tokens that a sequence alone is given one by one; the others come in one call.</param>
internal sealed record BatchCheck(int Sequences, int Rows, int PositionsMin, int PositionsMax, int Singles)
{
    /// <summary>Steps with neighbours, parts and an order of blocks drawn from the seed.</summary>
    public void AssertSameBits(ILlamaBackend backend, int vocabulary, int seed)
    {
        var random = new Random(seed);
        var texts = Enumerable.Range(0, Sequences)
            .Select(_ => new Text(random, random.Next(PositionsMin, PositionsMax), vocabulary)).ToArray();
        Text.Place(texts, random);
        var blocks = texts.Sum(text => text.Table!.Blocks.Length);
        using var batch = backend.NewBatch(new(blocks, Rows, Sequences));
        var shown = texts.Select(_ => new SortedDictionary<int, float[]>()).ToArray();

        while (texts.Any(text => text.Left > 0))
        {
            Step(batch, texts, shown, random);
        }

        for (var number = 0; number < Sequences; number++)
        {
            var alone = Alone(backend, texts[number].Tokens);
            Assert.NotEmpty(shown[number]);
            Assert.All(shown[number], one => Assert.Equal(alone[one.Key - 1], one.Value));
        }
    }

    private void Step(ILlamaBatch batch, Text[] texts, SortedDictionary<int, float[]>[] shown, Random random)
    {
        var (slices, takers, rows) = (new List<BatchSlice>(), new List<int>(), Rows);

        foreach (var number in Enumerable.Range(0, Sequences).OrderBy(_ => random.Next()))
        {
            var text = texts[number];
            var most = Math.Min(rows, random.Next(3) == 0 ? text.Left : Math.Min(1, text.Left));

            if (most > 0 && random.Next(4) > 0)
            {
                var slice = text.Take(most, wantsLogits: most == text.Left || random.Next(3) > 0);
                slices.Add(slice);
                rows -= most;

                if (slice.WantsLogits)
                {
                    takers.Add(number);
                }
            }
        }

        batch.Forward(slices.ToArray());

        for (var at = 0; at < takers.Count; at++)
        {
            shown[takers[at]][texts[takers[at]].Done] = batch.Logits(at).ToArray();
        }
    }

    private List<float[]> Alone(ILlamaBackend backend, int[] tokens)
    {
        using var sequence = backend.NewSequence(tokens.Length);
        var logits = new List<float[]>();

        foreach (var token in tokens.Take(Singles))
        {
            logits.Add(sequence.Append([token]).ToArray());
        }

        sequence.AppendAll(tokens.AsSpan(logits.Count), (_, row) => logits.Add(row.ToArray()));
        return logits;
    }

    private sealed class Text(Random random, int length, int vocabulary)
    {
        public int[] Tokens { get; } = [.. Enumerable.Range(0, length).Select(_ => random.Next(vocabulary))];

        public int Done { get; private set; }

        public int Left => Tokens.Length - Done;

        public BlockTable? Table { get; private set; }

        /// <summary>Mixes the blocks of all texts.</summary>
        public static void Place(Text[] texts, Random random)
        {
            var needed = texts.Select(text => BlockTable.BlocksFor(text.Tokens.Length)).ToArray();
            var free = new Queue<int>(Enumerable.Range(0, needed.Sum()).OrderBy(_ => random.Next()));

            foreach (var (text, count) in texts.Zip(needed))
            {
                text.Table = new([.. Enumerable.Range(0, count).Select(_ => free.Dequeue())]);
            }
        }

        public BatchSlice Take(int count, bool wantsLogits)
        {
            var slice = new BatchSlice(Tokens.AsMemory(Done, count), Done, Table!, wantsLogits);
            Done += count;
            return slice;
        }
    }
}
