using System.Runtime.InteropServices;
using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>Keeps a scene's arrays in place while the Host traces it.</summary>
internal sealed unsafe class PinnedScene : IDisposable
{
    private readonly List<GCHandle> _handles = [];
    private HostSceneTable* _table;

    public PinnedScene(SceneTables tables)
    {
        _table = (HostSceneTable*)NativeMemory.AllocZeroed((nuint)sizeof(HostSceneTable));
        _table->Constants = tables.Constants;
        _table->Nodes = (Float4*)Pin(tables.Nodes);
        var wide = WideTree.Collapse(tables.Nodes, tables.Triangles, tables.InstanceRoots);
        _table->WideNodes = (float*)Pin(wide.Nodes);
        _table->Packs = (float*)Pin(wide.Packs);
        _table->PackFirsts = (int*)Pin(wide.PackFirsts);
        _table->WideRoots = (int*)Pin(wide.InstanceRoots);
        _table->Instances = (Float4*)Pin(tables.Instances);
        _table->InstanceRoots = (int*)Pin(tables.InstanceRoots);
        _table->Triangles = (Float4*)Pin(tables.Triangles);
        _table->TriangleLinks = (Int4*)Pin(tables.TriangleLinks);
        _table->Vertices = (Float4*)Pin(tables.Vertices);
        _table->Materials = (Float4*)Pin(tables.Materials);
        _table->TextureHeads = (Int4*)Pin(tables.TextureHeads);
        _table->TextureTransforms = (Float4*)Pin(tables.TextureTransforms);
        _table->Texels = (uint*)Pin(tables.Texels);
        _table->SrgbToLinear = (float*)Pin(SceneTables.SrgbToLinear);
        _table->GgxAlbedo = (float*)Pin(GgxAlbedo.Table);
        _table->Lights = (Float4*)Pin(tables.Lights);
        _table->EnvironmentPixels = (Float4*)Pin(tables.EnvironmentPixels);
        _table->EnvironmentChances = (float*)Pin(tables.EnvironmentChances);
    }

    /// <summary>The scene for as long as this is not disposed.</summary>
    /// <typeparam name="TLevels">Two levels for a scene with instances; either for one without.</typeparam>
    /// <exception cref="InvalidOperationException">The scene has instances, and one level was asked for.</exception>
    public HostScene<TLevels> As<TLevels>()
        where TLevels : struct, ILevels =>
        TLevels.Instanced || _table->Constants.InstanceCount == 0
            ? new HostScene<TLevels>(_table)
            : throw new InvalidOperationException("A scene with instances has two levels.");

    public void Dispose()
    {
        NativeMemory.Free(_table);
        _table = null;
        _handles.ForEach(handle => handle.Free());
        _handles.Clear();
    }

    private void* Pin<T>(T[] array)
        where T : unmanaged
    {
        var handle = GCHandle.Alloc(array, GCHandleType.Pinned);
        _handles.Add(handle);

        return (void*)handle.AddrOfPinnedObject();
    }
}
