using System.Numerics;

namespace Marketplace.Compute.Rendering.Scenes.Procedural;

/// <summary>
/// The scene of self-tests and benches, which needs no file: a knot and spheres of plain materials with small lamps. It
/// stays as it is, so that devices and versions can be compared, and has no glass, in which paths of devices that
/// round differently would part.
/// </summary>
public static class CalibrationScene
{
    /// <summary>The bytes of the .glb; always the same.</summary>
    public static byte[] ToGlb()
    {
        var glb = new GlbWriter();
        AddStudio(glb);
        AddKnot(glb);
        AddSpheres(glb);
        AddLamps(glb);
        glb.AddCamera(new Vector3(0f, 2.6f, 8.6f), new Vector3(0f, 1.15f, 0f), 34f);

        return glb.ToBytes();
    }

    private static void AddStudio(GlbWriter glb)
    {
        var tiles = glb.AddTexture(CheckerPicture.ToPng(256, 8));
        var floor = glb.AddMaterial(new GlbMaterial("sweep", new Vector3(0.86f, 0.84f, 0.8f), 0f, 0.38f)
        {
            Texture = tiles,
            DoubleSided = true,
        });
        glb.AddNode("sweep", glb.AddMesh(Shapes.Sweep(9f, 6f, 3f, 7f, 24)), floor, Vector3.Zero, 1f);
    }

    private static void AddKnot(GlbWriter glb)
    {
        var gold = glb.AddMaterial(new GlbMaterial("gold", new Vector3(1f, 0.77f, 0.34f), 1f, 0.18f));
        glb.AddNode(
            "knot", glb.AddMesh(Shapes.TorusKnot(2, 3, 0.24f, 320, 24)), gold, new Vector3(0f, 1.45f, 0f), 0.8f);
    }

    private static void AddSpheres(GlbWriter glb)
    {
        var sphere = glb.AddMesh(Shapes.Sphere(56, 28));
        (string Name, Vector3 Colour, float Metallic, float Roughness, Vector3 Place, float Radius)[] all =
        [
            ("clay", new(0.78f, 0.36f, 0.22f), 0f, 0.9f, new(-2.7f, 0.62f, 0.35f), 0.62f),
            ("steel", new(0.62f, 0.64f, 0.68f), 1f, 0.06f, new(-1.75f, 0.45f, 1.75f), 0.45f),
            ("porcelain", new(0.9f, 0.9f, 0.88f), 0f, 0.12f, new(2.6f, 0.7f, 0.3f), 0.7f),
            ("copper", new(0.95f, 0.55f, 0.4f), 1f, 0.32f, new(1.55f, 0.4f, 1.9f), 0.4f),
            ("emerald", new(0.03f, 0.42f, 0.2f), 0f, 0.2f, new(0f, 0.33f, 2.35f), 0.33f),
            ("ink", new(0.05f, 0.08f, 0.3f), 0f, 0.08f, new(-0.95f, 0.24f, 2.9f), 0.24f),
        ];

        foreach (var ball in all)
        {
            var material = glb.AddMaterial(new GlbMaterial(ball.Name, ball.Colour, ball.Metallic, ball.Roughness));
            glb.AddNode(ball.Name, sphere, material, ball.Place, ball.Radius);
        }
    }

    private static void AddLamps(GlbWriter glb)
    {
        var bulb = glb.AddMesh(Shapes.Sphere(24, 12));
        (Vector3 Colour, float Strength, Vector3 Place)[] bulbs =
        [
            (new(1f, 0.45f, 0.15f), 9f, new(-3.4f, 0.16f, 2.1f)),
            (new(0.15f, 0.6f, 1f), 9f, new(3.35f, 0.16f, 1.9f)),
            (new(1f, 0.2f, 0.55f), 7f, new(0.85f, 0.14f, 3f)),
        ];

        foreach (var lamp in bulbs)
        {
            var glow = glb.AddMaterial(new GlbMaterial("bulb", new Vector3(0f), 0f, 1f)
            {
                Emission = lamp.Colour,
                Strength = lamp.Strength,
            });
            glb.AddNode("bulb", bulb, glow, lamp.Place, lamp.Place.Y);
        }

        var panel = glb.AddMaterial(new GlbMaterial("panel", new Vector3(0f), 0f, 1f)
        {
            Emission = new Vector3(1f, 0.96f, 0.9f),
            Strength = 34f,
        });
        glb.AddNode(
            "panel", glb.AddMesh(Shapes.PanelFacingDown(2.4f, 1.6f)), panel, new Vector3(-1.6f, 5.6f, 2.2f), 1f);
    }
}
