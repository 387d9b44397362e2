using System.Diagnostics;
using Marketplace.Compute.Inference.Sampling;
using Marketplace.Compute.Inference.Tests.Sampling;
using Marketplace.Compute.Inference.Verification;

namespace Marketplace.Benchmarks.Inference;

/// <summary>
/// What a token costs beside the model: its draw at temperature 0.8 and its claim, beside one look at every token of the
/// vocabulary.
/// </summary>
/// <param name="Vocabulary">Logits of a position.</param>
/// <param name="Rounds">Tokens of each kind; the quickest counts, since other work on the machine only slows.</param>
internal sealed record DrawRun(int Vocabulary, int Rounds)
{
    private const double Temperature = 0.8;
    private const int TokensPerRound = 16;

    public IReadOnlyList<BenchmarkResult> Measure(CancellationToken cancel) =>
    [
        .. Measure("peaked", spread: 2.5f, peak: 12, cancel),
        .. Measure("flat", spread: 1, peak: 0, cancel),
    ];

    private IReadOnlyList<BenchmarkResult> Measure(string name, float spread, float peak, CancellationToken cancel)
    {
        var logits = Logits(spread, peak);
        int[] all = [.. Enumerable.Range(0, Vocabulary)];
        var sampler = new Sampler(SamplingFilters.None, Temperature, 1);
        var (plain, quick) = (TimeSpan.MaxValue, TimeSpan.MaxValue);

        for (var position = 0; position < Rounds * TokensPerRound; position++)
        {
            cancel.ThrowIfCancellationRequested();
            var begun = Stopwatch.GetTimestamp();
            var expected = PlainDraw.Sample(logits, all, Temperature, 1, position);
            _ = PlainDraw.Claim(logits, expected);
            plain = Least(plain, Stopwatch.GetElapsedTime(begun));

            begun = Stopwatch.GetTimestamp();
            var token = sampler.Draw(logits, position);
            _ = LogitClaim.Of(logits, token);
            quick = Least(quick, Stopwatch.GetElapsedTime(begun));

            if (token != expected)
            {
                throw new InvalidOperationException($"token {token} was drawn, {expected} is right");
            }
        }

        return
        [
            new($"draw.{Vocabulary}.{name}.plain", plain.TotalMicroseconds, "us/token"),
            new($"draw.{Vocabulary}.{name}", quick.TotalMicroseconds, "us/token"),
        ];
    }

    /// <summary>Normally distributed, one of them higher than it would be.</summary>
    private float[] Logits(float spread, float peak)
    {
        var random = new Random(1);
        float[] logits =
        [
            .. Enumerable.Range(0, Vocabulary).Select(_ => spread * (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
                * Math.Cos(2 * Math.PI * random.NextDouble())))
        ];
        logits[Vocabulary / 3] += peak;
        return logits;
    }

    private static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
