using ILGPU;
using ILGPU.Runtime;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>Traces on an ILGPU accelerator. The scene is uploaded once and stays until disposal.</summary>
internal sealed class KernelTracer : IBatchTracer
{
    private readonly Accelerator _accelerator;
    private readonly List<MemoryBuffer> _buffers = [];
    private readonly KernelScene _scene;
    private readonly Action<Index1D, KernelScene, ViewConstants, BatchSpan, ArrayView<float>> _kernel;
    private MemoryBuffer1D<float, Stride1D.Dense>? _sums;

    public KernelTracer(SceneTables tables, Accelerator accelerator)
    {
        _accelerator = accelerator;
        var nodes = Upload(tables.Nodes);
        _scene = new KernelScene
        {
            Scalars = tables.Constants,
            Nodes = nodes.Cast<Float4>(),
            NodeLinks = nodes.Cast<int>(),
            Triangles = Upload(tables.Triangles),
            Links = Upload(tables.TriangleLinks),
            Vertices = Upload(tables.Vertices),
            Materials = Upload(tables.Materials),
            TextureHeads = Upload(tables.TextureHeads),
            TextureTransforms = Upload(tables.TextureTransforms),
            Texels = Upload(tables.Texels),
            Linear = Upload(SceneTables.SrgbToLinear),
            Lights = Upload(tables.Lights),
            EnvironmentPixels = Upload(tables.EnvironmentPixels),
            Keep = Upload(tables.EnvironmentKeep),
            Alias = Upload(tables.EnvironmentAlias),
        };
        _scene.Stack = _scene.NodeLinks;
        _kernel = accelerator.LoadAutoGroupedStreamKernel<
            Index1D, KernelScene, ViewConstants, BatchSpan, ArrayView<float>>(TraceKernel.Run);
    }

    public void Trace(ViewConstants view, BatchSpan span, float[] sums, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var pixels = span.Width * span.Height;

        if (_sums is null || _sums.Length < pixels * 3)
        {
            _sums?.Dispose();
            _sums = _accelerator.Allocate1D<float>(pixels * 3);
        }

        _kernel(pixels, _scene, view, span, _sums.View.SubView(0, pixels * 3));
        _accelerator.Synchronize();
        _sums.View.SubView(0, pixels * 3).CopyToCPU(sums);
    }

    public void Dispose()
    {
        _sums?.Dispose();
        _buffers.ForEach(buffer => buffer.Dispose());
        _buffers.Clear();
    }

    /// <summary>A view of an uploaded copy. An empty table gets one element: a kernel takes no view without memory.</summary>
    private ArrayView<T> Upload<T>(T[] table)
        where T : unmanaged
    {
        var buffer = _accelerator.Allocate1D(table.Length == 0 ? new T[1] : table);
        _buffers.Add(buffer);

        return buffer.View;
    }
}
