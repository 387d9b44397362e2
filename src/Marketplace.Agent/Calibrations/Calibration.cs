using Marketplace.Compute.Devices;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Verification;

namespace Marketplace.Agent.Calibrations;

/// <summary>
/// Measures by how much this device and a verifier differ where both are honest: the device makes texts token by token
/// and claims their logits, the verifier computes them again many positions at a time.
/// </summary>
/// <param name="model">Opened by the caller, who disposes of it.</param>
/// <param name="device">Makes the texts.</param>
/// <param name="verifier">Checks them.</param>
internal sealed class Calibration(LlamaModel model, ComputeDevice device, ComputeDevice verifier)
{
    /// <summary>Positions of a text at most: long enough for drift to add up, short enough for many texts.</summary>
    private const int TokensMax = 256;

    /// <summary>Texts that end at once tell nothing: so many in a row, and the model is of no use here.</summary>
    private const int EmptyMax = 100;

    private static readonly string[] Prompts =
    [
        "Once upon a time", "The", "In the year 1969", "How do I", "She said: \"", "1. ", "{\"name\":", "def ",
        "A B C D E F", "It was a dark and stormy night. The rain fell in torrents, and",
    ];

    /// <summary>Likeliest tokens only, a usual temperature, and one that goes where the model is unsure.</summary>
    private static readonly double[] Temperatures = [0, 0.8, 1.3];

    /// <summary>Measures at least so many positions.</summary>
    /// <param name="positions">Positions to compare.</param>
    /// <param name="seed">Same seed, same texts.</param>
    /// <param name="report">Gets the positions compared so far.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="InvalidOperationException">The model ends its texts before they begin.</exception>
    public CalibrationResult Run(int positions, ulong seed, Action<long> report, CancellationToken cancel)
    {
        using var made = new InferenceEngine(model, device);
        using var checking = new InferenceEngine(model, verifier);
        var drifts = new List<double>(positions);
        var margins = new List<double>();
        var empty = 0;

        for (var number = 0; drifts.Count < positions; number++)
        {
            cancel.ThrowIfCancellationRequested();
            var request = new GenerationRequest(
                Prompts[number % Prompts.Length],
                TokensMax,
                Temperatures[number / Prompts.Length % Temperatures.Length],
                seed + (ulong)number,
                [])
            {
                Claims = true,
            };
            var findings = LogitAudit.Check(checking, request, Claims(made, request, cancel), tolerance: 0);
            empty = findings.Count == 0 ? empty + 1 : 0;

            if (empty > EmptyMax)
            {
                throw new InvalidOperationException($"{EmptyMax} texts in a row have no token.");
            }

            drifts.AddRange(findings.Select(one => one.Drift));
            margins.Add(findings.Sum(one => one.Margin));
            report(drifts.Count);
        }

        return CalibrationResult.Of(drifts, margins);
    }

    private static List<LogitClaim> Claims(
        InferenceEngine engine, GenerationRequest request, CancellationToken cancel)
    {
        using var text = engine.Begin(request);
        List<LogitClaim> claims = [.. text.Tokens(cancel).Select(token => token.Claim!)];

        return text.EndClaim is { } end ? [.. claims, end] : claims;
    }
}
