namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// What reading a scene takes of memory at its height, estimated and refused before it is taken: what stays, such as
/// files and pictures, the most that any one part takes in passing, and the triangles of the moment.
/// </summary>
internal sealed class SceneMemory(SceneLimits limits)
{
    /// <summary>76 bytes of a vertex while they are collected, in lists that are copied to grow.</summary>
    private const long CollectedVertexBytes = 152;

    /// <summary>20 bytes of a triangle, likewise.</summary>
    private const long CollectedTriangleBytes = 40;

    /// <summary>A vertex in the tables, and its place.</summary>
    private const long BuiltVertexBytes = 76;

    /// <summary>A triangle's corners, box, place in the tree, share of the nodes and rows in the tables.</summary>
    private const long BuiltTriangleBytes = 240;

    /// <summary>Of a triangle that may be a lamp: its area, the table it is drawn by and its rows.</summary>
    private const long LampBytes = 140;

    /// <summary>An instance's placement, box and rows.</summary>
    private const long InstanceBytes = 500;

    private long _kept;
    private long _passing;
    private long _collected;
    private long _built;

    /// <summary>Takes bytes for as long as the scene is open.</summary>
    /// <exception cref="SceneFormatException">With it the scene takes too many.</exception>
    public void Keep(string what, long bytes)
    {
        _kept += bytes;
        Check(what);
    }

    /// <summary>Takes bytes that are given back before others are taken in passing.</summary>
    /// <exception cref="SceneFormatException">With it the scene takes too many.</exception>
    public void Pass(string what, long bytes)
    {
        _passing = Math.Max(_passing, bytes);
        Check(what);
    }

    /// <summary>The triangles and all that goes with them are so many now.</summary>
    /// <exception cref="SceneFormatException">With them the scene takes too many bytes.</exception>
    public void Draw(string what, long vertices, long triangles, long lamps, long instances)
    {
        var both = (lamps * LampBytes) + (instances * InstanceBytes);
        _collected = (vertices * CollectedVertexBytes) + (triangles * CollectedTriangleBytes) + both;
        _built = (vertices * BuiltVertexBytes) + (triangles * BuiltTriangleBytes) + both;
        Check(what);
    }

    private void Check(string what)
    {
        // What is read in passing is gone when the tables are built.
        var bytes = _kept + Math.Max(_collected + _passing, _built);

        if (bytes > limits.MemoryBytesMax)
        {
            throw new SceneFormatException(
                $"glTF: with {what} reading the scene takes {bytes} bytes of memory, allowed are "
                + $"{limits.MemoryBytesMax} ({nameof(SceneLimits.MemoryBytesMax)}).");
        }
    }
}
