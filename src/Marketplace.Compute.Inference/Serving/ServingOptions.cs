using Marketplace.Compute.Inference.Host;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Serving;

/// <summary>How many texts an engine makes side by side, and with how much memory.</summary>
public sealed record ServingOptions
{
    /// <summary>
    /// A prompt that is told goes through in parts of about so many tokens: each takes a row of logits.
    /// </summary>
    private const int PromptRowsMax = 32;

    /// <summary>More blocks than this are refused, whatever the memory.</summary>
    public const int BlocksLimit = 1 << 24;

    /// <summary>More tokens a step than this are refused: scratch grows with them.</summary>
    public const int StepTokensLimit = 4_096;

    /// <summary>More waiting texts than this are refused.</summary>
    public const int WaitingLimit = 65_536;

    /// <summary>A text that gives way more often than this makes too little of what it reads.</summary>
    public const int EvictionsLimit = 100;

    /// <summary>Positions of one block of keys and values.</summary>
    public const int BlockPositions = BlockTable.Positions;

    /// <summary>Blocks of keys and values that all texts share, the beginnings that are kept among them.</summary>
    public int Blocks { get; init; } = 512;

    /// <summary>
    /// Tokens of one step: one for each running text, and what is left for parts of prompts. A long prompt holds the
    /// others up by no more than one such step a token.
    /// </summary>
    public int StepTokens { get; init; } = 64;

    /// <summary>Texts that run at the same time; at most <see cref="StepTokens"/>.</summary>
    public int RunningMax { get; init; } = 32;

    /// <summary>
    /// Rows of logits that one step has room for: one for each running text, and some for prompts that are told, whose
    /// every row is asked for.
    /// </summary>
    internal int LogitRows => Math.Min(StepTokens, RunningMax + PromptRowsMax);

    /// <summary>Texts that wait to run; the next is refused.</summary>
    public int WaitingMax { get; init; } = 1_024;

    /// <summary>Texts of one tenant that wait to run; its next is refused.</summary>
    public int WaitingPerTenantMax { get; init; } = 256;

    /// <summary>So often a batch text gives way to others; then it is left to end.</summary>
    public int EvictionsMax { get; init; } = 2;

    /// <summary>Tokens that a batch text makes before it gives way, each time that it runs.</summary>
    public int EvictionProgressTokens { get; init; } = 8;

    /// <summary>Texts that may begin before a batch text that waits; then it is its turn.</summary>
    public int OvertakesMax { get; init; } = 64;

    /// <summary>Bytes of one block of a model's keys and values.</summary>
    public static long BlockBytes(LlamaShape shape) => sizeof(float) * KeyValueBlocks.FloatsOf(shape);

    /// <summary>
    /// For so many texts of a model side by side: room for each of them in full length and for as many beginnings
    /// again, as far as the bytes go.
    /// </summary>
    /// <param name="shape">The model.</param>
    /// <param name="texts">Texts that run at the same time; 1 to <see cref="StepTokensLimit"/>.</param>
    /// <param name="bytesMax">Bytes of keys and values.</param>
    public static ServingOptions For(LlamaShape shape, int texts, long bytesMax)
    {
        var wanted = 2L * texts * BlockTable.BlocksFor(shape.Context);
        var blocks = Math.Clamp(Math.Min(wanted, bytesMax / BlockBytes(shape)), 1, BlocksLimit);
        var standard = new ServingOptions();
        return standard with
        {
            Blocks = (int)blocks,
            RunningMax = texts,
            StepTokens = Math.Max(standard.StepTokens, texts),
        };
    }

    /// <exception cref="ArgumentOutOfRangeException">Names the option and what is allowed.</exception>
    internal ServingOptions Checked()
    {
        Expect(nameof(Blocks), Blocks, BlocksLimit);
        Expect(nameof(StepTokens), StepTokens, StepTokensLimit);
        Expect(nameof(RunningMax), RunningMax, StepTokens);
        Expect(nameof(WaitingMax), WaitingMax, WaitingLimit);
        Expect(nameof(WaitingPerTenantMax), WaitingPerTenantMax, WaitingMax);
        Expect(nameof(EvictionsMax), EvictionsMax, EvictionsLimit, least: 0);
        Expect(nameof(EvictionProgressTokens), EvictionProgressTokens, StepTokensLimit, least: 0);
        Expect(nameof(OvertakesMax), OvertakesMax, WaitingLimit);
        return this;
    }

    private static void Expect(string name, int value, int most, int least = 1)
    {
        if (value < least || value > most)
        {
            throw new ArgumentOutOfRangeException(name, value, $"expected {least} to {most}");
        }
    }
}
