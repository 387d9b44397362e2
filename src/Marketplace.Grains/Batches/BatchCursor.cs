using Marketplace.Grains.Abstractions;

namespace Marketplace.Grains.Batches;

/// <summary>Reads a batch's input once from its beginning to its end, and keeps the lines that are under way.</summary>
internal sealed class BatchCursor : IAsyncDisposable
{
    private readonly Dictionary<int, byte[]> _kept = [];
    private readonly Stream _file;
    private readonly IAsyncEnumerator<(int Line, byte[]? Bytes)> _lines;
    private int _next;

    private BatchCursor(Stream file)
    {
        _file = file;
        _lines = BatchInput.Lines(file).GetAsyncEnumerator();
    }

    public static async Task<BatchCursor> Open(IBlobStore blobs, string sha256, CancellationToken cancel) =>
        new(await blobs.OpenRead(sha256, cancel) ?? throw new FileNotFoundException($"No blob {sha256}."));

    /// <summary>Goes on to the line before this place, keeping those that are wanted.</summary>
    public async Task GoTo(int end, Func<int, bool> isWanted)
    {
        for (; _next < end; _next++)
        {
            if (!await _lines.MoveNextAsync())
            {
                throw new InvalidDataException($"The input ends before line {end}.");
            }

            if (isWanted(_next))
            {
                _kept[_next] = _lines.Current.Bytes!;
            }
        }
    }

    /// <summary>A line that is kept, by its place from 0.</summary>
    public byte[] Line(int at) => _kept[at];

    /// <summary>The line has ended.</summary>
    public void Forget(int at) => _kept.Remove(at);

    public async ValueTask DisposeAsync()
    {
        await _lines.DisposeAsync();
        await _file.DisposeAsync();
    }
}
