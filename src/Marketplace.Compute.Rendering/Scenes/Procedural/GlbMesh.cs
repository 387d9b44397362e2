using System.Numerics;

namespace Marketplace.Compute.Rendering.Scenes.Procedural;

/// <summary>An indexed triangle mesh with normals and texture coordinates.</summary>
internal sealed class GlbMesh
{
    public List<Vector3> Positions { get; } = [];

    public List<Vector3> Normals { get; } = [];

    public List<Vector2> Uvs { get; } = [];

    public List<uint> Indices { get; } = [];

    public void Add(Vector3 position, Vector3 normal, Vector2 uv)
    {
        Positions.Add(position);
        Normals.Add(Vector3.Normalize(normal));
        Uvs.Add(uv);
    }

    /// <summary>Joins a grid of vertices, given row by row, with two triangles a cell.</summary>
    public void JoinGrid(int rows, int columns)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var a = (uint)((row * (columns + 1)) + column);
                var b = a + 1;
                var c = a + (uint)columns + 1;
                var d = c + 1;
                Indices.AddRange([a, c, b, b, c, d]);
            }
        }
    }
}
