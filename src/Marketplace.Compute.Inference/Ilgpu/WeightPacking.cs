using System.Buffers.Binary;
using ILGPU.Runtime;
using Marketplace.Compute.Inference.Kernels;
using Marketplace.Compute.Inference.ModelFiles;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>
/// Puts matrices of one form and one length of rows into device memory, one below the other, some tiles at a time, as
/// <see cref="WeightTile"/> says.
/// </summary>
internal sealed class WeightPacking
{
    private readonly IReadOnlyList<StoredTensor> _tensors;
    private readonly PackedForm _form;
    private readonly int _blocks;
    private readonly int _rows;
    private readonly int _tiles;
    private readonly byte[] _row;

    public WeightPacking(IReadOnlyList<StoredTensor> tensors)
    {
        _tensors = tensors;
        _form = PackedForm.Of(tensors[0].Format);
        _blocks = _form.BlocksOf(tensors[0].Columns);
        _rows = (int)tensors.Sum(tensor => tensor.Rows);
        _tiles = (_rows + WeightTile.Rows - 1) / WeightTile.Rows;
        _row = new byte[_blocks * _form.Bytes];
    }

    /// <summary>The matrix; its buffers are added to the list, and have arrived when the staging says so.</summary>
    public DeviceMatrix Upload(WeightStaging staging, List<MemoryBuffer> buffers)
    {
        var (words, scales) = (WordsOfTile, _form.ScaleAt is null ? 0L : ScalesOfTile);
        var wordRoom = staging.Accelerator.Allocate1D<uint>(_tiles * words);
        buffers.Add(wordRoom);
        var scaleRoom = staging.Accelerator.Allocate1D<ushort>(Math.Max(1, _tiles * scales));
        buffers.Add(scaleRoom);
        var atOnce = (int)Math.Clamp(WeightStaging.Bytes / (words * sizeof(uint)), 1, _tiles);

        for (var tile = 0; tile < _tiles; tile += atOnce)
        {
            var count = Math.Min(atOnce, _tiles - tile);
            var place = staging.Next(atOnce * words, atOnce * scales);

            for (var at = 0; at < count; at++)
            {
                // What a ragged tile or a form without scales leaves out is zero.
                var wordsOfTile = place.Words.Slice((int)(at * words), (int)words);
                var scalesOfTile = place.Scales.Slice((int)(at * scales), (int)scales);
                wordsOfTile.Clear();
                scalesOfTile.Clear();
                Pack(tile + at, wordsOfTile, scalesOfTile);
            }

            place.Send(
                wordRoom.View.AsContiguous().SubView(tile * words, count * words),
                scaleRoom.View.AsContiguous().SubView(tile * scales, count * scales));
        }

        return new(
            wordRoom.View, scaleRoom.View, _tensors[0].Format, _rows, (int)_tensors[0].Columns);
    }

    private long WordsOfTile => (long)_blocks * _form.Words * WeightTile.Rows;

    private long ScalesOfTile => (long)_blocks * WeightTile.Rows;

    private void Pack(int tile, Span<uint> words, Span<ushort> scales)
    {
        for (var lane = 0; lane < WeightTile.Rows && (tile * WeightTile.Rows) + lane < _rows; lane++)
        {
            RowOf((tile * WeightTile.Rows) + lane).CopyTo(_row);

            for (var block = 0; block < _blocks; block++)
            {
                var stored = _row.AsSpan(block * _form.Bytes, _form.Bytes);

                for (var word = 0; word < _form.Words; word++)
                {
                    words[(((block * _form.Words) + word) * WeightTile.Rows) + lane] =
                        BinaryPrimitives.ReadUInt32LittleEndian(stored[(_form.WordsAt + (word * sizeof(uint)))..]);
                }

                if (_form.ScaleAt is { } at)
                {
                    scales[(block * WeightTile.Rows) + lane] = BinaryPrimitives.ReadUInt16LittleEndian(stored[at..]);
                }
            }
        }
    }

    private ReadOnlySpan<byte> RowOf(long row)
    {
        foreach (var tensor in _tensors)
        {
            if (row < tensor.Rows)
            {
                return tensor.Row(row);
            }

            row -= tensor.Rows;
        }

        throw new ArgumentOutOfRangeException(nameof(row));
    }
}
