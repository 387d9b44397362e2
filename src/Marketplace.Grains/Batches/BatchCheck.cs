using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Batches;

namespace Marketplace.Grains.Batches;

/// <summary>How many requests a batch's input holds, and what is wrong with it; found in turns that end soon.</summary>
internal sealed class BatchCheck : IAsyncDisposable
{
    /// <summary>Bytes after which a turn ends.</summary>
    internal const int BytesPerTurn = 8 * 1024 * 1024;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<BatchFault> _faults = [];
    private readonly string _endpoint;
    private readonly IBatchLines _lines;
    private readonly Stream? _file;
    private readonly IAsyncEnumerator<(int Line, byte[]? Bytes)>? _read;

    private BatchCheck(Stream? file, string endpoint, IBatchLines lines)
    {
        (_file, _endpoint, _lines) = (file, endpoint, lines);
        _read = file is null ? null : BatchInput.Lines(file).GetAsyncEnumerator();
    }

    /// <summary>Requests so far.</summary>
    public int Count { get; private set; }

    /// <summary>Faults so far; no more are looked for than may be told.</summary>
    public IReadOnlyList<BatchFault> Faults => _faults;

    public static async Task<BatchCheck> Open(
        IBlobStore blobs, NewBatch wanted, IBatchLines lines, CancellationToken cancel) =>
        new(await blobs.OpenRead(wanted.InputSha256, cancel), wanted.Endpoint, lines);

    /// <summary>Reads on; false once the input is known to its end, or to where it is bad enough.</summary>
    public async Task<bool> ReadSome()
    {
        if (_read is null)
        {
            _faults.Add(new("file_not_found", "The input file is not there any more.", "input_file_id", null));
            return false;
        }

        for (var bytes = 0; bytes < BytesPerTurn; bytes += _read.Current.Bytes?.Length ?? BatchLimits.LineBytesMax)
        {
            if (!await _read.MoveNextAsync())
            {
                if (Count == 0)
                {
                    _faults.Add(new("empty_file", "The file holds no request.", null, null));
                }

                return false;
            }

            if (++Count > BatchLimits.LinesMax)
            {
                _faults.Add(new(
                    "too_many_tasks",
                    $"The file has more than {BatchLimits.LinesMax} requests.",
                    null,
                    _read.Current.Line));
                return false;
            }

            if (WhyRefused(_read.Current.Bytes) is { } fault)
            {
                _faults.Add(fault with { Line = _read.Current.Line });

                if (_faults.Count == BatchLimits.FaultsMax)
                {
                    return false;
                }
            }
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_read is not null)
        {
            await _read.DisposeAsync();
            await _file!.DisposeAsync();
        }
    }

    private BatchFault? WhyRefused(byte[]? line)
    {
        if (line is null)
        {
            return new(
                "line_too_long", $"The line has more than {BatchLimits.LineBytesMax} bytes.", null, null);
        }

        var reading = _lines.Read(_endpoint, line);

        return reading.Fault
            ?? (_names.Add(reading.CustomId!)
                ? null
                : new(
                    "duplicate_custom_id",
                    $"The custom_id '{reading.CustomId}' stands in a line before.",
                    "custom_id",
                    null));
    }
}
