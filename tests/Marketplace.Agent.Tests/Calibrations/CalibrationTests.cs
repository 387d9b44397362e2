using System.Text.Json.Nodes;
using Marketplace.Agent.Calibrations;
using Marketplace.Agent.CommandLine;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Agent.Tests.Calibrations;

public sealed class CalibrationTests
{
    private const int Positions = 300;

    private static readonly LlamaShape Shape = RandomLlama.ShapeTiny with { Dimension = 64, FeedForward = 96 };

    [Fact]
    public void Thresholds_are_four_times_the_worst_and_what_one_in_a_thousand_exceeds()
    {
        double[] drifts = [.. Enumerable.Range(1, 1_000).Select(one => one * 1e-3)];

        var result = CalibrationResult.Of(drifts, [0.25, 0.5]);

        Assert.Equal((1_000, 2), (result.Positions, result.Texts));
        Assert.Equal(0.5, result.DriftMedian, 1e-3);
        Assert.Equal(0.99, result.Drift99, 1e-3);
        Assert.Equal((1.0, 0.5), (result.DriftMax, result.MarginSumMax));
        Assert.Equal((4.0, 0.999), (result.Thresholds.Hard, result.Thresholds.Soft));
        Assert.False(result.IsEnough);
    }

    [Theory]
    [InlineData(TensorFormat.F32)]
    [InlineData(TensorFormat.F16)]
    [InlineData(TensorFormat.Q8)]
    public async Task A_processor_that_checks_itself_finds_next_to_nothing(TensorFormat format)
    {
        using var folder = new TemporaryFolder();
        var model = Path.Combine(folder.FullName, "m.gguf");
        var json = Path.Combine(folder.FullName, "result.json");

        await using (var file = File.Create(model))
        {
            RandomLlama.Write(file, Shape, format, seed: 3);
        }

        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] arguments =
        [
            "calibrate", "--model", model, "--device", "host", "--threads", "1", "--positions", $"{Positions}",
            "--json", json,
        ];

        Assert.True(await AgentCommandLine.Run(arguments, output, error) == ExitCodes.Success, error.ToString());

        Assert.Contains("no thresholds to audit by", output.ToString(), StringComparison.Ordinal);
        var written = JsonNode.Parse(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken))!;
        Assert.Equal((64, format.ToString()), (((string)written["model"]!).Length, (string)written["weights"]!));
        Assert.InRange((int)written["result"]!["positions"]!, Positions, Positions + 256);
        Assert.InRange((double)written["result"]!["driftMax"]!, 0, 1e-5);
        Assert.InRange((double)written["result"]!["marginSumMax"]!, 0, 1e-4);
        Assert.InRange((double)written["result"]!["thresholds"]!["hard"]!, 1e-6, 1e-4);
    }
}
