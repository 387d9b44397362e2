using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Marketplace.Domain.Inference;

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
