using ILGPU;
using ILGPU.Runtime;
using Marketplace.Compute.Ilgpu;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>
/// Traces on an ILGPU accelerator, which other engines and tracers may share: nothing of ILGPU's accelerator is safe to
/// use from two threads at once, so each holds it for as long as it uses it. The scene is uploaded once and stays until
/// disposal.
/// </summary>
internal sealed class KernelTracer : IUnitTracer
{
    /// <summary>Two warps: enough to hide latency, and small enough that a slow path holds up few others.</summary>
    private const int GroupSize = 64;

    private readonly Accelerator _accelerator;
    private readonly List<MemoryBuffer> _buffers = [];
    private readonly KernelScene _scene;
    private readonly bool _instanced;
    private readonly Action<Index1D, KernelScene, ViewConstants, BatchSpan, ArrayView<float>> _kernel;
    private MemoryBuffer1D<float, Stride1D.Dense>? _sums;
    private Action<Index1D, KernelScene, ViewConstants, BatchSpan, ArrayView<float>>? _firstHits;

    public KernelTracer(SceneTables tables, Accelerator accelerator)
    {
        _accelerator = accelerator;

        lock (_accelerator)
        {
            var nodes = Upload(tables.Nodes);
            _scene = new KernelScene
            {
                Scalars = tables.Constants,
                Nodes = nodes.Cast<Float4>(),
                NodeLinks = nodes.Cast<int>(),
                Instances = Upload(tables.Instances),
                InstanceRoots = Upload(tables.InstanceRoots),
                Triangles = Upload(tables.Triangles),
                Links = Upload(tables.TriangleLinks),
                Vertices = Upload(tables.Vertices),
                Materials = Upload(tables.Materials),
                TextureHeads = Upload(tables.TextureHeads),
                TextureTransforms = Upload(tables.TextureTransforms),
                Texels = Upload(tables.Texels),
                Linear = Upload(SceneTables.SrgbToLinear),
                Albedo = Upload(GgxAlbedo.Table),
                Lights = Upload(tables.Lights),
                EnvironmentPixels = Upload(tables.EnvironmentPixels),
                Chances = Upload(tables.EnvironmentChances),
            };
            _scene.Stack = _scene.NodeLinks;
            _instanced = tables.Constants.InstanceCount > 0;
            _kernel = accelerator.LoadImplicitlyGroupedStreamKernel<
                Index1D, KernelScene, ViewConstants, BatchSpan, ArrayView<float>>(
                KernelFor(tables.Constants),
                Math.Min(GroupSize, accelerator.MaxNumThreadsPerGroup));
        }
    }

    public void Trace(
        ViewConstants view, Tile tile, SampleRange samples, float[] sums, CancellationToken cancellation)
    {
        var tree = new SampleTree(sums.Length, samples);

        lock (_accelerator)
        {
            var target = Target(sums.Length);

            for (var batch = 0; batch < samples.Batches; batch++)
            {
                cancellation.ThrowIfCancellationRequested();
                _kernel(tile.Pixels, _scene, view, BatchSpan.Of(tile, samples, batch), target);
                _accelerator.Synchronize();
                target.Read(sums);
                tree.Add(sums);
            }
        }

        tree.Total(sums);
    }

    public void TraceOn(
        ViewConstants view, Tile tile, SampleRange samples, float[] sums, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();

        lock (_accelerator)
        {
            var target = Target(sums.Length);
            target.Write(sums);
            _kernel(tile.Pixels, _scene, view, BatchSpan.Of(tile, samples, 0) with { Onto = 1 }, target);
            _accelerator.Synchronize();
            target.Read(sums);
        }
    }

    public void TraceFirstHits(
        ViewConstants view, Tile tile, SampleRange samples, float[] sums, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var span = BatchSpan.Of(tile, samples, 0) with { Count = samples.Count };

        lock (_accelerator)
        {
            _firstHits ??= _accelerator.LoadImplicitlyGroupedStreamKernel<
                Index1D, KernelScene, ViewConstants, BatchSpan, ArrayView<float>>(
                _instanced ? FirstHitKernel.RunInstanced : FirstHitKernel.Run,
                Math.Min(GroupSize, _accelerator.MaxNumThreadsPerGroup));
            var target = Target(sums.Length);
            _firstHits(tile.Pixels, _scene, view, span, target);
            _accelerator.Synchronize();
            target.Read(sums);
        }
    }

    public void Dispose()
    {
        lock (_accelerator)
        {
            _sums?.Dispose();
            _buffers.ForEach(buffer => buffer.Dispose());
            _buffers.Clear();
        }
    }

    private static Action<Index1D, KernelScene, ViewConstants, BatchSpan, ArrayView<float>> KernelFor(
        SceneConstants scene) => (scene.InstanceCount > 0, scene.ClearWalls != 0) switch
        {
            (false, false) => TraceKernel.Run,
            (true, false) => TraceKernel.RunInstanced,
            (false, true) => TraceKernel.RunWithWalls,
            (true, true) => TraceKernel.RunInstancedWithWalls,
        };

    private ArrayView<float> Target(int length)
    {
        if (_sums is null || _sums.Length < length)
        {
            _sums?.Dispose();
            _sums = _accelerator.Allocate1D<float>(length);
        }

        return _sums.View.SubView(0, length);
    }

    /// <summary>
    /// A view of an uploaded copy. An empty table gets one element: a kernel takes no view without memory.
    /// </summary>
    private ArrayView<T> Upload<T>(T[] table)
        where T : unmanaged
    {
        var buffer = _accelerator.Upload(table.Length == 0 ? new T[1] : table);
        _buffers.Add(buffer);

        return buffer.View;
    }
}
