using ILGPU.Runtime;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Ilgpu;
using Marketplace.Compute.Inference.ModelFiles;

namespace Marketplace.Compute.Inference.Tests.Kernels;

/// <summary>Random matrices below one another in device memory, and what their rows mean exactly.</summary>
internal sealed class DeviceTensor : IDisposable
{
    private readonly List<MemoryBuffer> _buffers = [];

    public DeviceTensor(Accelerator accelerator, TensorFormat format, int columns, params int[] rows)
    {
        var parts = rows.Select((count, at) => Twin.Stored(format, count, columns, 1 + (100 * at))).ToList();
        Exact = [.. parts.SelectMany(part => part.Exact)];
        Matrix = Pack(accelerator, [.. parts.Select((part, at) => (part.Stored, format, rows[at], columns))]);
    }

    public DeviceTensor(Accelerator accelerator, byte[] stored, TensorFormat format, int rows, int columns) =>
        (Exact, Matrix) = ([], Pack(accelerator, [(stored, format, rows, columns)]));

    public float[] Exact { get; }

    public DeviceMatrix Matrix { get; }

    public void Dispose() => _buffers.ForEach(buffer => buffer.Dispose());

    private unsafe DeviceMatrix Pack(
        Accelerator accelerator, List<(byte[] Stored, TensorFormat Format, int Rows, int Columns)> parts)
    {
        var pinned = parts.ConvertAll(part =>
        {
            var copy = GC.AllocateUninitializedArray<byte>(part.Stored.Length, pinned: true);
            part.Stored.CopyTo(copy, 0);
            return copy;
        });
        var tensors = parts.Select((part, at) =>
        {
            fixed (byte* address = pinned[at])
            {
                return new StoredTensor(
                    "random", part.Format, part.Columns, part.Rows, 0, part.Stored.Length, (nint)address);
            }
        });
        using var staging = new WeightStaging(accelerator);
        var matrix = new WeightPacking([.. tensors]).Upload(staging, _buffers);
        GC.KeepAlive(pinned);
        return matrix;
    }
}
