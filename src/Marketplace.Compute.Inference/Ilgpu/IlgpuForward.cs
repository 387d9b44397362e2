using ILGPU;
using Marketplace.Compute.Ilgpu;
using Marketplace.Compute.Inference.Kernels;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>
/// Tokens through the layers on a device, of one sequence or of several at once: one pass over the weights for all of
/// them. Every sum of a token has one order, so its bits depend on neither its neighbours nor on how its sequence was
/// cut into calls. All calls are made within turns.
/// </summary>
internal sealed class IlgpuForward
{
    private readonly IlgpuLlama _device;
    private readonly LlamaShape _shape;
    private readonly IlgpuCache _cache;
    private readonly int _positions;
    private readonly int _rowsMax;
    private readonly PageLocked<int> _plan;
    private readonly PageLocked<float> _logitsCopied;
    private readonly AttentionScratch _scratch;
    private readonly ArrayView<int> _numbers;
    private readonly ArrayView<float> _x;
    private readonly ArrayView<float> _weighted;
    private readonly ArrayView<float> _squares;
    private readonly ArrayView<float> _query;
    private readonly ArrayView<float> _attended;
    private readonly ArrayView<float> _gated;
    private readonly SplitVectors _halves;
    private readonly ArrayView<float> _sums;
    private readonly ArrayView<float> _joined;
    private readonly ArrayView<float> _chosen;
    private readonly ArrayView<float> _chosenSquares;
    private readonly ArrayView<float> _logits;
    private readonly int _logitRowsMax;
    private int _rows;

    /// <param name="device">The model.</param>
    /// <param name="room">What holds the memory.</param>
    /// <param name="cache">Where keys and values go.</param>
    /// <param name="size">Tokens of a call, and of these those whose logits one call may ask for.</param>
    /// <param name="positions">Positions of one sequence at most.</param>
    public IlgpuForward(IlgpuLlama device, DeviceRoom room, IlgpuCache cache, BatchSize size, int positions)
    {
        (_device, _shape, _cache, _positions) = (device, device.Model.Shape, cache, positions);
        (_rowsMax, _logitRowsMax) = (size.Rows, size.Sequences);
        var rows = (long)size.Rows;
        var residual = new ResidualSize(size.Rows, _shape.Dimension);
        var weights = device.Weights;
        var sums = weights.Layers.Max(layer => new[]
        {
            layer.Heads.Sums, layer.AttentionOutput.Sums, layer.GateAndUp.Sums, layer.Down.Sums,
        }.Max());
        _numbers = room.Of<int>((rows * RowPlan.Lists) + (rows * BlockTable.BlocksFor(positions)));
        _plan = room.Copied<int>(_numbers.Length);
        _x = room.Of<float>(rows * _shape.Dimension);
        _weighted = room.Zeros(rows * residual.Stride);
        _squares = room.Of<float>(rows * residual.Strips);
        _query = room.Of<float>(rows * _shape.QueryDimension);
        _attended = room.Zeros(rows * WeightTile.StrideOf(_shape.QueryDimension));
        _gated = room.Zeros(rows * WeightTile.StrideOf(_shape.FeedForward));
        _halves = device.Matrices.HalvesFor(
            room,
            Math.Max(rows, size.Sequences) * Math.Max(
                residual.Stride,
                Math.Max(WeightTile.StrideOf(_shape.QueryDimension), WeightTile.StrideOf(_shape.FeedForward))));
        _sums = room.Of<float>(Math.Max(rows * sums, size.Sequences * weights.Output.Sums));
        _joined = room.Of<float>(rows * weights.Layers.Max(layer => layer.HasHeadNorm ? layer.Heads.Rows : 0));
        _chosen = room.Of<float>(size.Sequences * (long)residual.Stride);
        _chosenSquares = room.Of<float>(size.Sequences * (long)residual.Strips);
        _logits = room.Of<float>(size.Sequences * (long)_shape.Vocabulary);
        _logitsCopied = room.Copied<float>(_logits.Length);
        _scratch = new(room, _shape, size.Rows, positions);
    }

    /// <summary>
    /// All tokens of all slices, one after the other, then the logits of the rows that are asked for.
    /// </summary>
    /// <param name="slices">Of different sequences.</param>
    /// <param name="wanted">Rows, counted through all slices.</param>
    public void Run(ReadOnlySpan<BatchSlice> slices, ReadOnlySpan<int> wanted)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wanted.Length, _logitRowsMax, nameof(wanted));
        var (rows, seen) = Write(slices, wanted);

        if (rows == 0)
        {
            return;
        }

        var plan = new RowPlan(_numbers, rows);
        var size = new ResidualSize(rows, _shape.Dimension);
        var layers = _device.Weights.Layers;
        _device.Matrices.Embed(_device.Weights.Embedding, plan, _x);
        Add(new(_sums, 0, rows, _shape.Dimension), layers[0].AttentionNorm, size);

        for (var number = 0; number < layers.Count; number++)
        {
            var layer = layers[number];
            Attend(layer, number, plan, seen);
            Add(Multiply(layer.AttentionOutput, _attended, rows), layer.FeedForwardNorm, size);
            var both = Multiply(layer.GateAndUp, _weighted, rows);
            _device.Kernels.SwiGlu(both, Scale(_squares), _gated, WeightTile.StrideOf(_shape.FeedForward));
            var next = number + 1 < layers.Count ? layers[number + 1].AttentionNorm : _device.Weights.OutputNorm;
            Add(Multiply(layer.Down, _gated, rows), next, size);
        }

        ReadLogits(plan, wanted.Length);
    }

    /// <summary>The logits of one of the rows that were asked for last; valid until others are.</summary>
    /// <exception cref="ObjectDisposedException">Their memory was given back.</exception>
    public ReadOnlySpan<float> LogitsOf(int number) =>
        _logitsCopied.Span.Slice(number * _shape.Vocabulary, _shape.Vocabulary);

    /// <summary>Writes what the last layer and the model's norm made of all tokens of the last call.</summary>
    /// <param name="states">[rows][stride of the residual].</param>
    public void States(ArrayView<float> states)
    {
        if (_rows > 0)
        {
            // The vectors lie there times the norm's weights already; as a sum of one part they get its scale, too.
            var stride = new ResidualSize(_rows, _shape.Dimension).Stride;
            _device.Kernels.Sum(new(_weighted, 1, _rows, stride), Scale(_squares), states);
        }
    }

    /// <summary>Asks for the logits after some of the tokens of the last call.</summary>
    /// <param name="wanted">Rows, counted through all slices.</param>
    public void Ask(ReadOnlySpan<int> wanted)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wanted.Length, Math.Min(_logitRowsMax, _rows), nameof(wanted));
        CheckWanted(wanted, _rows);
        wanted.CopyTo(_plan.Span);
        _plan.Write(_numbers.SubView((RowPlan.Lists - 1L) * _rows), wanted.Length);
        ReadLogits(new(_numbers, _rows), wanted.Length);
    }

    private void ReadLogits(RowPlan plan, int count)
    {
        if (count == 0)
        {
            return;
        }

        _device.Kernels.Gather(
            plan, _weighted, _squares, _chosen, _chosenSquares, new(count, _shape.Dimension));
        var sums = Multiply(_device.Weights.Output, _chosen, count);
        _device.Kernels.Sum(sums, Scale(_chosenSquares), _logits);
        _logitsCopied.Read(_logits, count * _shape.Vocabulary);
    }

    private void Attend(DeviceLayer layer, int number, RowPlan plan, int seen)
    {
        var (kernels, cache) = (_device.Kernels, _cache.Layer(number));
        var (cosine, sine) = _device.Angles(_positions);
        var sums = Multiply(layer.Heads, _weighted, plan.Rows);
        var scale = Scale(_squares);

        if (layer.HasHeadNorm)
        {
            // Every thread of a head reads all of it: added once before.
            kernels.Sum(sums, scale, _joined);
            (sums, scale) = (new(_joined, 1, plan.Rows, sums.Rows), Unscaled);
        }

        kernels.Heads(sums, scale, layer.HeadExtras, cosine, sine, plan, _query, cache, HeadsOf(layer));
        var blocks = BlockTable.BlocksFor(seen);
        var atOnce = Math.Min(_scratch.RowsAtOnce(blocks), plan.Rows);

        for (var first = 0; first < plan.Rows; first += atOnce)
        {
            kernels.Attend(
                plan,
                _query,
                cache,
                _scratch,
                _attended,
                new(
                    first,
                    Math.Min(atOnce, plan.Rows - first),
                    blocks,
                    _shape.Heads,
                    _cache.Size,
                    _shape.Window ?? int.MaxValue));
        }
    }

    private PartSums Multiply(DeviceProduct product, ArrayView<float> x, int vectors) =>
        _device.Matrices.Multiply(product, x, _halves, _sums, vectors);

    private void Add(PartSums sums, ArrayView<float> nextNorm, ResidualSize size) =>
        _device.Kernels.Residual(sums, _x, nextNorm, _weighted, _squares, size);

    private NormScale Scale(ArrayView<float> squares) =>
        new(squares, new ResidualSize(1, _shape.Dimension).Strips, _shape.Dimension, _shape.NormEpsilon);

    private NormScale Unscaled => new(_squares, 0, 1, 0);

    private HeadsSize HeadsOf(DeviceLayer layer) => new(
        _shape.Heads,
        _cache.Size,
        _shape.RopePairs == RopePairs.Halves ? 1 : 0,
        layer.HasBias ? 1 : 0,
        layer.HasHeadNorm ? 1 : 0,
        _shape.NormEpsilon);

    /// <summary>
    /// Writes the plan; answers how many rows there are and the positions that the longest sequence sees.
    /// </summary>
    private (int Rows, int Seen) Write(ReadOnlySpan<BatchSlice> slices, ReadOnlySpan<int> wanted)
    {
        var (rows, seen) = (0, 0);

        foreach (var slice in slices)
        {
            var end = slice.First + slice.Tokens.Length;
            ArgumentOutOfRangeException.ThrowIfGreaterThan(end, slice.Table.Room, nameof(slices));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(end, _positions, nameof(slices));
            rows += slice.Tokens.Length;
            ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, _rowsMax, nameof(slices));
            seen = Math.Max(seen, end);
        }

        CheckWanted(wanted, rows);

        // Straight into the memory that the device reads, as RowPlan has it; what the last step wrote has left it.
        var plan = _plan.Span;
        var (row, count) = (0, rows * RowPlan.Lists);

        foreach (var slice in slices)
        {
            var tokens = slice.Tokens.Span;

            for (var at = 0; at < tokens.Length; at++, row++)
            {
                ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(
                    (uint)tokens[at], (uint)_shape.Vocabulary, nameof(slices));
                plan[row] = tokens[at];
                plan[rows + row] = slice.First + at;
                plan[(2 * rows) + row] = count;
            }

            if (tokens.Length > 0)
            {
                count += WriteBlocks(slice, plan[count..]);
            }
        }

        wanted.CopyTo(plan[((RowPlan.Lists - 1) * rows)..]);
        _rows = rows;
        _plan.Write(_numbers, count);
        return (rows, seen);
    }

    private int WriteBlocks(BatchSlice slice, Span<int> plan)
    {
        var blocks = slice.Table.Blocks[..BlockTable.BlocksFor(slice.First + slice.Tokens.Length)];

        for (var at = 0; at < blocks.Length; at++)
        {
            // A device would write wherever a wrong number says.
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(
                (uint)blocks[at], (uint)_cache.Blocks, nameof(slice));
            plan[at] = blocks[at];
        }

        return blocks.Length;
    }

    /// <summary>
    /// A device would read wherever a wrong number says, and what is too long lies over what is next.
    /// </summary>
    private static void CheckWanted(ReadOnlySpan<int> wanted, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wanted.Length, rows, nameof(wanted));

        foreach (var row in wanted)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)rows, nameof(wanted));
        }
    }
}
