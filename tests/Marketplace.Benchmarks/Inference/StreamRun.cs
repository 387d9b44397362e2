using System.Diagnostics;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Sampling;
using Marketplace.Compute.Inference.Serving;

namespace Marketplace.Benchmarks.Inference;

/// <summary>Several texts side by side through the serving engine: drawing, queues and channels are in the time.</summary>
/// <param name="PromptTokens">Length of every prompt; all differ from the first token on, so that nothing is found.</param>
/// <param name="GenerateTokens">Steps that are timed, in each of which every text gets a token.</param>
/// <param name="IsMarketDraw">Temperature 0.8 and claims, as the market's texts are made, rather than greedily.</param>
internal sealed record StreamRun(int PromptTokens, int GenerateTokens, bool IsMarketDraw)
{
    // SentencePiece puts a begin token and a space of three bytes before a text.
    private const int TokensInFront = 4;
    private const double MarketTemperature = 0.8;

    /// <summary>Time by the clock and processor time of all threads, each for one token of any stream.</summary>
    public StreamTime Measure(InferenceEngine engine, LlamaModel model, int streams, CancellationToken cancel)
    {
        var options = new ServingOptions { RunningMax = streams };

        // Texts that have read their prompt go on while the others still read.
        var most = GenerateTokens + 1 + (streams * (1 + (PromptTokens / (options.StepTokens - streams))));
        var blocks = streams * (1 + ((PromptTokens + TokensInFront + most) / ServingOptions.BlockPositions));
        using var serving = new BatchingEngine(engine, options with { Blocks = blocks }, isStepped: true);

        for (var stream = 0; stream < streams; stream++)
        {
            serving.Submit(new("benchmark", Endless(model, stream, most)), cancel);
        }

        var (steps, isReady) = (0, false);
        var (clock, processor) = (0L, TimeSpan.Zero);

        while (steps < GenerateTokens)
        {
            cancel.ThrowIfCancellationRequested();
            var made = serving.Metrics.TokensMade;

            if (steps == 0)
            {
                (clock, processor) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            }

            if (!serving.Step())
            {
                throw new FormatException($"--prompt-tokens and --generate-tokens leave no room for {streams} streams");
            }

            steps += isReady ? 1 : 0;

            // The step that reads the last prompt gives a token to all as well.
            isReady |= serving.Metrics.TokensMade - made == streams;
        }

        var tokens = steps * streams;
        return new(
            Stopwatch.GetElapsedTime(clock) / tokens, (Environment.CpuUsage.TotalTime - processor) / tokens);
    }

    private GenerationRequest Endless(LlamaModel model, int stream, int tokens) =>
        new(new((char)('a' + stream), Math.Max(1, PromptTokens - TokensInFront)), tokens,
            IsMarketDraw ? MarketTemperature : 0, (ulong)stream, [])
        {
            Claims = IsMarketDraw,
            Filters = new SamplingFilters
            {
                Bias = model.Tokenizer.Ends.Append(model.Tokenizer.Begin).Distinct()
                    .ToDictionary(token => token, _ => float.NegativeInfinity),
            },
        };
}
