using System.Text.Json.Nodes;
using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Scenes;

public sealed class SceneTablesTests
{
    /// <summary>What the Host pins is what placement is told.</summary>
    [Theory]
    [InlineData(false, 3)]
    [InlineData(false, 40)]
    [InlineData(true, 40)]
    public void Memory_is_told_with_the_wide_tree_that_the_Host_keeps_beside_the_tables(bool shared, int columns)
    {
        var glb = GlbEdit.Of(TestScenes.SmallGlb(columns, columns), json =>
        {
            var nodes = json["nodes"]!.AsArray();
            var again = nodes[0]!.DeepClone();
            again["translation"] = new JsonArray(-3, 0, 0);
            nodes.Add(again);
            json["scenes"]![0]!["nodes"]!.AsArray().Add(nodes.Count - 1);
        });
        var saved = shared ? 1 : long.MaxValue;
        var scene = SceneReader.Read(glb, new SceneOptions { SavedTrianglesMin = saved });
        var tables = scene.Tables;
        var wide = WideTree.Collapse(tables.Nodes, tables.Triangles, tables.InstanceRoots);
        var words = wide.Nodes.Length + wide.Packs.Length + wide.PackFirsts.Length + wide.InstanceRoots.Length;

        Assert.Equal(shared, tables.InstanceRoots.Length > 0);
        Assert.Equal(tables.Bytes + (words * 4L), scene.Facts.MemoryBytes);
        Assert.True(scene.Facts.MemoryBytes - tables.Bytes >= 36 * scene.Facts.Triangles);
    }

    [Fact]
    public void A_lamp_beyond_the_whole_numbers_of_a_float_is_the_triangle_it_is()
    {
        // The next index that a float can hold is 2^24 + 2.
        const int lamp = (1 << 24) + 1;
        var triangles = new Int4[lamp + 1];
        var builder = new SceneBuilder();
        builder.AddMaterial(new SceneMaterial());
        var glowing = builder.AddMaterial(new SceneMaterial { Emission = new Vec3(1f) });
        triangles[lamp] = new Int4(0, 1, 2, glowing);
        var corners = new List<Vec3> { new(0f), new(1f, 0f, 0f), new(0f, 1f, 0f) };

        var table = LightTable.Build(triangles, corners, builder, [], 1f);

        Assert.Equal(1, table.Count);
        Assert.Equal(lamp, LightRows.IndexOf(table.Rows[LightRows.Place].X));
        Assert.Equal(2f, table.Densities[lamp], 1e-6f);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData((1 << 24) + 1)]
    [InlineData(19_999_999)]
    public void An_index_is_its_word(int index) => Assert.Equal(index, LightRows.IndexOf(LightRows.WordOf(index)));
}
