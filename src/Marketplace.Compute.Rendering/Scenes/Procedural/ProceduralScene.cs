using System.Numerics;

namespace Marketplace.Compute.Rendering.Scenes.Procedural;

/// <summary>
/// A demo scene that needs no file: a still life in a photographer's studio with a golden knot, glass, metals, lacquer,
/// velvet, soap bubbles and lamps. Written as an ordinary .glb, so that it takes the way of any upload.
/// </summary>
public static class ProceduralScene
{
    /// <summary>The bytes of the .glb; always the same.</summary>
    public static byte[] ToGlb()
    {
        var glb = new GlbWriter();
        AddStage(glb);
        AddMiddle(glb);
        StillLife.Add(glb);
        AddLamps(glb);
        glb.AddCamera(new Vector3(0.15f, 2.35f, 9.4f), new Vector3(0f, 1.32f, 0f), 31f);

        return glb.ToBytes();
    }

    private static void AddStage(GlbWriter glb)
    {
        var paper = glb.AddMaterial(new GlbMaterial("paper", new Vector3(0.2f, 0.27f, 0.38f), 0f, 0.8f)
        {
            DoubleSided = true,
        });
        glb.AddNode("sweep", glb.AddMesh(Shapes.Sweep(11f, 7f, 3f, 8f, 24)), paper, Vector3.Zero, 1f);
        var slate = glb.AddMaterial(new GlbMaterial("slate", new Vector3(0.8f), 0f, 0.28f)
        {
            Texture = glb.AddTexture(TilePicture.ToPng(256, 4)),
        });
        glb.AddNode("dais", glb.AddMesh(Shapes.Disc(4.1f, 0.08f, 1.6f, 96)), slate, Vector3.Zero, 1f);
    }

    private static void AddMiddle(GlbWriter glb)
    {
        var lacquer = glb.AddMaterial(new GlbMaterial("lacquer", new Vector3(0.35f, 0.015f, 0.02f), 0f, 0.45f)
        {
            Coat = 1f,
            CoatRoughness = 0.03f,
        });
        IReadOnlyList<Vector2> plinth =
        [
            new(0f, 0.5f), new(1.08f, 0.5f), new(1.13f, 0.48f), new(1.15f, 0.43f),
            new(1.15f, 0.19f), new(1.13f, 0.14f), new(1.08f, 0.12f), new(1.08f, 0.08f), new(0f, 0.08f),
        ];
        glb.AddNode("plinth", glb.AddMesh(Lathe.Turn(plinth, 96)), lacquer, Vector3.Zero, 1f);
        var gold = glb.AddMaterial(new GlbMaterial("gold", new Vector3(1f, 0.75f, 0.33f), 1f, 0.13f));
        glb.AddNode(
            "knot", glb.AddMesh(Shapes.TorusKnot(2, 3, 0.24f, 288, 24)), gold, new Vector3(0f, 1.78f, 0f), 0.78f);
    }

    private static void AddLamps(GlbWriter glb)
    {
        var neon = Lamp(glb, "neon", new Vector3(1f, 0.3f, 0.12f), 3.2f);
        glb.AddNode("halo", glb.AddMesh(Shapes.Torus(1f, 0.026f, 96, 8)), neon, new Vector3(0f, 2f, -1.7f), 2.05f);
        var bulb = glb.AddMesh(Shapes.Sphere(20, 10));
        var warm = Lamp(glb, "warm", new Vector3(1f, 0.42f, 0.12f), 4f);
        glb.AddNode("warm bulb", bulb, warm, new Vector3(-3.15f, 0.26f, 1.9f), 0.18f);
        var cool = Lamp(glb, "cool", new Vector3(0.12f, 0.5f, 1f), 4f);
        glb.AddNode("cool bulb", bulb, cool, new Vector3(3.2f, 0.24f, 1.95f), 0.16f);
        var key = Lamp(glb, "key", new Vector3(1f, 0.95f, 0.88f), 9.5f);
        glb.AddNode(
            "key", glb.AddMesh(Shapes.PanelFacingDown(5f, 4f)), key, new Vector3(-3f, 6.2f, 2.8f), 1f);
        var sky = Lamp(glb, "sky", new Vector3(0.6f, 0.75f, 1f), 0.6f);
        glb.AddNode("sky", glb.AddMesh(Shapes.PanelFacingDown(16f, 12f)), sky, new Vector3(0f, 7.6f, 1f), 1f);
        var fill = Lamp(glb, "fill", new Vector3(0.55f, 0.75f, 1f), 5f);
        glb.AddNode(
            "fill", glb.AddMesh(Shapes.PanelFacingLeft(3f, 4f)), fill, new Vector3(6.5f, 2.6f, 2.5f), 1f);
    }

    private static int Lamp(GlbWriter glb, string name, Vector3 colour, float strength) =>
        glb.AddMaterial(new GlbMaterial(name, new Vector3(0f), 0f, 1f) { Emission = colour, Strength = strength });
}
