using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Marketplace.Agent.Calibrations;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Domain.Verification;

namespace Marketplace.Agent.CommandLine;

/// <summary>
/// <c>calibrate</c>: by how much this device and the processor differ on a model where both are honest, and the
/// thresholds of audits that follow.
/// </summary>
internal static class CalibrateCommand
{
    private const int PositionsMax = 10_000_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Make()
    {
        var model = ModelOption.Make();
        var positions = new Option<int>("--positions")
        {
            Description = $"Positions to compare at least; thresholds want {LogitThresholds.PositionsMin}.",
            DefaultValueFactory = _ => LogitThresholds.PositionsMin,
        };
        var seed = new Option<ulong>("--seed") { Description = "Same seed, same texts.", DefaultValueFactory = _ => 1 };
        var json = new Option<string?>("--json") { Description = "Writes the result into this file, too." };
        var device = DeviceOptions.Device();
        var verifier = new Option<string>("--verifier")
        {
            Description = $"What checks: {DeviceChoice.Allowed}.",
            DefaultValueFactory = _ => "host",
        };
        var threads = DeviceOptions.Threads();
        var portable = DeviceOptions.NoTensorCores();
        var command = new Command("calibrate", "Measures how far this device's logits drift from a verifier's.")
        {
            model, positions, seed, json, device, verifier, threads, portable,
        };

        command.SetAction((parsed, cancel) =>
        {
            var wanted = Positions(parsed.GetValue(positions));
            using var made = DeviceOptions.Open(
                parsed.GetRequiredValue(device), parsed.GetValue(threads), parsed.GetValue(portable));
            using var checking = DeviceOptions.Open(parsed.GetRequiredValue(verifier), parsed.GetValue(threads));
            using var loaded = ModelOption.Open(parsed.GetRequiredValue(model), LlamaModel.Open);
            var progress = new ProgressLine("calibrate", parsed.InvocationConfiguration.Error);
            var result = new Calibration(loaded, made, checking).Run(
                wanted, parsed.GetValue(seed), done => progress.Report(Math.Min(done, wanted), wanted), cancel);

            Print(loaded, made, checking, result, parsed.InvocationConfiguration.Output);

            if (parsed.GetValue(json) is { } file)
            {
                Write(file, loaded, made, checking, result);
            }

            return Task.FromResult(ExitCodes.Success);
        });

        return command;
    }

    private static void Print(
        LlamaModel model, ComputeDevice made, ComputeDevice verifier, CalibrationResult result, TextWriter output)
    {
        void Line(string what, FormattableString value) =>
            output.WriteLine($"{what,-16}{value.ToString(CultureInfo.InvariantCulture)}");

        Line("model", $"{model.Id}");
        Line("weights", $"{model.WeightFormat}");
        Line("device", $"{made.Facts.Kind}: {made.Facts.Name}");
        Line("verifier", $"{verifier.Facts.Kind}: {verifier.Facts.Name}");
        Line("positions", $"{result.Positions} of {result.Texts} texts");
        Line("drift", $"p50 {result.DriftMedian:g3}, p99 {result.Drift99:g3}, p99.9 {result.Drift999:g3}");
        Line("drift", $"max {result.DriftMax:g3}");
        Line("margins", $"max {result.MarginSumMax:g3} a text");
        Line("hard", $"{result.Thresholds.Hard:g3}");
        Line("soft", $"{result.Thresholds.Soft:g3}");
        Line("margin sum", $"{result.Thresholds.MarginSum:g3}");

        if (!result.IsEnough)
        {
            Line("note", $"fewer than {LogitThresholds.PositionsMin} positions: no thresholds to audit by");
        }
    }

    private static void Write(
        string path, LlamaModel model, ComputeDevice made, ComputeDevice verifier, CalibrationResult result)
    {
        try
        {
            using var file = File.Create(path);
            JsonSerializer.Serialize(
                file,
                new
                {
                    model = model.Id.Value,
                    weights = model.WeightFormat.ToString(),
                    device = new { kind = DeviceOptions.WireKind(made.Facts.Kind), name = made.Facts.Name },
                    verifier = new { kind = DeviceOptions.WireKind(verifier.Facts.Kind), name = verifier.Facts.Name },
                    result,
                },
                Json);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new AgentFault(ExitCodes.Input, $"--json: {fault.Message}", fault);
        }
    }

    private static int Positions(int value) => value is >= 1 and <= PositionsMax
        ? value
        : throw new AgentFault(ExitCodes.Usage, $"--positions: {value} found, allowed are 1 to {PositionsMax}");
}
