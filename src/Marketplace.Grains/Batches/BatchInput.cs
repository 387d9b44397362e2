using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Batches;

namespace Marketplace.Grains.Batches;

/// <summary>The lines of a batch's input: JSON lines, blank ones passed over.</summary>
internal static class BatchInput
{
    /// <summary>Each line with its place in the file, from 1, and its bytes; null for one that is too long.</summary>
    public static async IAsyncEnumerable<(int Line, byte[]? Bytes)> Lines(
        Stream file, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var reader = PipeReader.Create(file, new StreamPipeReaderOptions(leaveOpen: true));
        var (line, isSkipped) = (0, false);

        // Every turn takes bytes from the file or ends.
        while (true)
        {
            var read = await reader.ReadAsync(cancel);
            var rest = read.Buffer;

            while (rest.PositionOf((byte)'\n') is { } end)
            {
                var text = rest.Slice(0, end);
                line++;

                if (isSkipped || !IsBlank(text))
                {
                    yield return (line, isSkipped || text.Length > BatchLimits.LineBytesMax ? null : text.ToArray());
                }

                (isSkipped, rest) = (false, rest.Slice(rest.GetPosition(1, end)));
            }

            if (read.IsCompleted)
            {
                if (isSkipped || !IsBlank(rest))
                {
                    yield return (
                        line + 1, isSkipped || rest.Length > BatchLimits.LineBytesMax ? null : rest.ToArray());
                }

                break;
            }

            if (rest.Length > BatchLimits.LineBytesMax)
            {
                // Not kept in memory: its end is looked for, and that it is too long is known.
                isSkipped = true;
                rest = rest.Slice(rest.End);
            }

            reader.AdvanceTo(rest.Start, rest.End);
        }

        await reader.CompleteAsync();
    }

    /// <summary>How many requests the input holds, and what is wrong with it.</summary>
    public static async Task<(int Lines, IReadOnlyList<BatchFault> Faults)> Check(
        IBlobStore blobs, NewBatch wanted, IBatchLines lines, CancellationToken cancel)
    {
        await using var file = await blobs.OpenRead(wanted.InputSha256, cancel);

        if (file is null)
        {
            return (0, [new("file_not_found", "The input file is not there any more.", "input_file_id", null)]);
        }

        var (count, faults) = (0, new List<BatchFault>());
        var names = new HashSet<string>(StringComparer.Ordinal);

        await foreach (var (line, bytes) in Lines(file, cancel))
        {
            if (++count > BatchLimits.LinesMax)
            {
                faults.Add(new(
                    "too_many_tasks", $"The file has more than {BatchLimits.LinesMax} requests.", null, line));
                break;
            }

            if (WhyRefused(wanted.Endpoint, bytes, names, lines) is { } fault)
            {
                faults.Add(fault with { Line = line });
            }

            if (faults.Count == BatchLimits.FaultsMax)
            {
                break;
            }
        }

        if (count == 0)
        {
            faults.Add(new("empty_file", "The file holds no request.", null, null));
        }

        return (count, faults);
    }

    private static BatchFault? WhyRefused(string endpoint, byte[]? bytes, HashSet<string> names, IBatchLines lines)
    {
        if (bytes is null)
        {
            return new(
                "line_too_long", $"The line has more than {BatchLimits.LineBytesMax} bytes.", null, null);
        }

        var reading = lines.Read(endpoint, bytes);

        return reading.Fault
            ?? (names.Add(reading.CustomId!)
                ? null
                : new(
                    "duplicate_custom_id",
                    $"The custom_id '{reading.CustomId}' stands in a line before.",
                    "custom_id",
                    null));
    }

    private static bool IsBlank(ReadOnlySequence<byte> text)
    {
        foreach (var part in text)
        {
            if (part.Span.ContainsAnyExcept(" \t\r"u8))
            {
                return false;
            }
        }

        return true;
    }
}
