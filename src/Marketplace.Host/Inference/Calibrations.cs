using System.Text.Json;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Verification;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Inference;

/// <summary>
/// Thresholds of checks that were measured by <c>marketplace-agent calibrate --json</c>: by model and by the class of
/// device, its region left out. Where nothing was measured, those hold that <see cref="LogitThresholds.Start"/> begins
/// with, and the widest of the kind where those are wider: one class says nothing against another.
/// </summary>
internal sealed class Calibrations
{
    private const int FilesMax = 10_000;
    private const int FileBytesMax = 64 * 1024;

    // By model and class of device, and by model and kind.
    private readonly Dictionary<(string Model, string Device), LogitThresholds> _measured = [];

    /// <exception cref="OptionsValidationException">A file of the folder is no calibration to audit by.</exception>
    public Calibrations(IOptions<VerificationOptions> options)
    {
        if (options.Value.CalibrationFolder is not { Length: > 0 } folder)
        {
            return;
        }

        foreach (var file in FilesOf(folder))
        {
            Add(file);
        }
    }

    /// <summary>Whether any was measured: else nobody needs to know a model's id.</summary>
    public bool Any => _measured.Count > 0;

    /// <summary>What holds for a model on a class of device.</summary>
    /// <param name="told">The model's id as the order told it: that which was registered.</param>
    /// <param name="model">
    /// The model's id as it is made today, asked for only where something was measured and nothing under what the order
    /// told: it reads every byte.
    /// </param>
    /// <param name="weights">Format of its matrices.</param>
    /// <param name="kind">What made the text.</param>
    /// <param name="device">
    /// The same with its name, see <see cref="DeviceClass.ModelOf"/>; null where that is not known.
    /// </param>
    public LogitThresholds Of(
        string? told, Func<string> model, string weights, DeviceKind kind, string? device) =>
        (told is null ? null : Measured(told, weights, kind, device))
            ?? (Any ? Measured(model(), weights, kind, device) : null)
            ?? LogitThresholds.Start(weights, kind);

    private LogitThresholds? Measured(string model, string weights, DeviceKind kind, string? device) =>
        device is not null && _measured.TryGetValue((model, device), out var own) ? own
            : _measured.TryGetValue((model, KeyOf(kind)), out var widest)
                ? Wider(widest, LogitThresholds.Start(weights, kind))
                : null;

    private static string KeyOf(DeviceKind kind) => kind.ToString();

    private static IEnumerable<string> FilesOf(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*.json").Take(FilesMax)
        : throw Fault($"'{folder}' is no folder");

    private void Add(string file)
    {
        var length = new FileInfo(file).Length;

        if (length > FileBytesMax)
        {
            throw Fault($"'{file}' has {length} bytes, allowed are {FileBytesMax}");
        }

        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            var (model, kind, device, thresholds) = Read(json.RootElement);
            Add((model, device), thresholds);
            Add((model, KeyOf(kind)), thresholds);
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            throw Fault($"'{file}' is no result of marketplace-agent calibrate: {fault.Message}");
        }
    }

    /// <summary>Of several devices of a class or kind, the widest: all of them must pass.</summary>
    private void Add((string Model, string Device) key, LogitThresholds thresholds) =>
        _measured[key] = _measured.TryGetValue(key, out var known) ? Wider(known, thresholds) : thresholds;

    private static LogitThresholds Wider(LogitThresholds one, LogitThresholds other) => new(
        Math.Max(one.Hard, other.Hard),
        Math.Max(one.Soft, other.Soft),
        Math.Max(one.MarginSum, other.MarginSum));

    private static (string Model, DeviceKind Kind, string Device, LogitThresholds Thresholds) Read(JsonElement file)
    {
        var result = file.GetProperty("result");
        var thresholds = result.GetProperty("thresholds");

        if (!result.GetProperty("isEnough").GetBoolean())
        {
            throw new FormatException($"result.isEnough is false: {LogitThresholds.PositionsMin} positions are needed");
        }

        if (file.GetProperty("verifier").GetProperty("kind").GetString() != "host")
        {
            throw new FormatException("verifier.kind must be host: that is what checks here");
        }

        var device = file.GetProperty("device");
        var kind = KindOf(device.GetProperty("kind").GetString());

        return (
            file.GetProperty("model").GetString()!,
            kind,
            DeviceClass.ModelOf(kind, device.GetProperty("name").GetString()!),
            new(Number(thresholds, "hard"), Number(thresholds, "soft"), Number(thresholds, "marginSum")));
    }

    private static DeviceKind KindOf(string? word) => word switch
    {
        "host" => DeviceKind.Host,
        "cuda" => DeviceKind.Cuda,
        "opencl" => DeviceKind.OpenCl,
        _ => throw new FormatException($"device.kind is '{word}', expected host, cuda or opencl"),
    };

    private static double Number(JsonElement thresholds, string name) => thresholds.GetProperty(name).GetDouble() is
        > 0 and <= LogitJudge.Largest and var value
            ? value
            : throw new FormatException($"result.thresholds.{name} must be above 0, at most {LogitJudge.Largest}");

    private static OptionsValidationException Fault(string why) => new(
        VerificationOptions.Section, typeof(VerificationOptions), [$"Verification:CalibrationFolder: {why}"]);
}
