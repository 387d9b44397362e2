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

        // Texts before these, as a rig that serves has made many: what is measured is no system that finds memory for
        // keys and values of the first ones.
        Time(serving, model, streams, most, "before", cancel);
        return Time(serving, model, streams, most, "benchmark", cancel);
    }

    private StreamTime Time(
        BatchingEngine serving, LlamaModel model, int streams, int most, string tenant, CancellationToken cancel)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);

        for (var stream = 0; stream < streams; stream++)
        {
            serving.Submit(new(tenant, Endless(model, stream, most)), end.Token);
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
        var time = new StreamTime(
            Stopwatch.GetElapsedTime(clock) / tokens, (Environment.CpuUsage.TotalTime - processor) / tokens);
        end.Cancel();

        while (serving.Step())
        {
            // Until nothing of these texts is left.
        }

        return time;
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
