using System.Numerics;

namespace Marketplace.Compute.Rendering.Scenes.Procedural;

/// <summary>What stands around the middle of the demo scene, on a floor at height <see cref="Floor"/>.</summary>
internal static class StillLife
{
    private const float Floor = 0.08f;

    public static void Add(GlbWriter glb)
    {
        AddPottery(glb);
        AddGlass(glb);
        AddBalls(glb);
        AddBubbles(glb);
    }

    private static void AddPottery(GlbWriter glb)
    {
        var celadon = glb.AddMaterial(new GlbMaterial("celadon", new Vector3(0.28f, 0.5f, 0.43f), 0f, 0.5f)
        {
            Coat = 1f,
            CoatRoughness = 0.06f,
        });
        var vase = Lathe.Curve(
            4,
            new(0f, 0.1f), new(0f, 0.1f), new(0.42f, 0.3f), new(0.56f, 0.85f), new(0.3f, 1.45f), new(0.17f, 1.75f),
            new(0.26f, 2.02f), new(0.29f, 2.05f), new(0.31f, 2.03f), new(0.22f, 1.75f), new(0.35f, 1.45f),
            new(0.62f, 0.85f), new(0.48f, 0.3f), new(0.34f, 0f), new(0.34f, 0f), new(0f, 0f));
        glb.AddNode("vase", glb.AddMesh(Lathe.Turn(vase, 64)), celadon, new Vector3(-2.55f, Floor, -0.55f), 1f);
        var velvet = glb.AddMaterial(new GlbMaterial("velvet", new Vector3(0.16f, 0.03f, 0.16f), 0f, 0.9f)
        {
            Sheen = new Vector3(0.75f, 0.35f, 0.7f),
            SheenRoughness = 0.35f,
            DoubleSided = true,
        });
        var cloth = glb.AddMesh(Drape.Over(0.42f, 9, 126, 32));
        glb.AddNode("cloth", cloth, velvet, new Vector3(2.5f, Floor, -0.35f), 1.75f);
    }

    private static void AddGlass(GlbWriter glb)
    {
        var clear = Glass(glb, "clear glass", 1.5f, new Vector3(0.82f, 0.95f, 0.9f), 1.2f);
        glb.AddNode(
            "glass ball", glb.AddMesh(Shapes.Sphere(72, 36)), clear, new Vector3(-1.5f, Floor + 0.55f, 1.65f), 0.55f);
        var amber = Glass(glb, "amber glass", 1.52f, new Vector3(0.95f, 0.42f, 0.06f), 0.16f);
        var goblet = Lathe.Curve(
            4,
            new(0f, 0.62f), new(0f, 0.62f), new(0.25f, 0.7f), new(0.36f, 0.95f), new(0.33f, 1.25f), new(0.29f, 1.45f),
            new(0.3f, 1.465f), new(0.32f, 1.45f), new(0.37f, 1.25f), new(0.41f, 0.95f), new(0.3f, 0.64f),
            new(0.08f, 0.5f), new(0.05f, 0.3f), new(0.08f, 0.12f), new(0.32f, 0.04f), new(0.34f, 0.015f),
            new(0.32f, 0f), new(0.32f, 0f), new(0f, 0f));
        glb.AddNode("goblet", glb.AddMesh(Lathe.Turn(goblet, 56)), amber, new Vector3(1.62f, Floor, 1.3f), 0.92f);
        var diamond = Glass(glb, "diamond", 2.42f, new Vector3(0.98f, 0.99f, 1f), 2f);
        glb.AddNode("diamond", glb.AddMesh(Gem.Brilliant()), diamond, new Vector3(0.62f, Floor + 0.29f, 2.5f), 0.335f);
    }

    private static void AddBalls(GlbWriter glb)
    {
        var ball = glb.AddMesh(Shapes.Sphere(48, 24));
        (GlbMaterial Material, Vector2 Place, float Radius)[] all =
        [
            (new("steel", new(0.66f, 0.68f, 0.72f), 1f, 0.04f), new(-0.55f, 2.35f), 0.3f),
            (new("brushed copper", new(0.95f, 0.53f, 0.38f), 1f, 0.34f)
            {
                Anisotropy = 0.8f,
            }, new(2.55f, 1.85f), 0.36f),
            (new("pearl", new(0.85f, 0.8f, 0.78f), 0f, 0.22f)
            {
                Iridescence = 1f,
                FilmIndex = 1.8f,
                FilmNanometres = 480f,
            }, new(-2.35f, 2.3f), 0.2f),
            (new("oil on steel", new(0.5f, 0.5f, 0.52f), 1f, 0.16f)
            {
                Iridescence = 1f,
                FilmIndex = 1.45f,
                FilmNanometres = 520f,
            }, new(1.5f, 2.75f), 0.22f),
            (new("clay", new(0.72f, 0.34f, 0.2f), 0f, 0.95f), new(-3.35f, 0.75f), 0.34f),
        ];

        foreach (var (material, place, radius) in all)
        {
            glb.AddNode(
                material.Name, ball, glb.AddMaterial(material), new Vector3(place.X, Floor + radius, place.Y), radius);
        }
    }

    /// <summary>Thin walls: they bend no light.</summary>
    private static void AddBubbles(GlbWriter glb)
    {
        var ball = glb.AddMesh(Shapes.Sphere(48, 24));
        (Vector3 Place, float Radius, float Nanometres)[] all =
        [
            (new(-1.55f, 3.05f, 0.6f), 0.3f, 380f),
            (new(1.75f, 2.75f, 0.5f), 0.36f, 460f),
            (new(1.25f, 3.5f, 0.2f), 0.17f, 560f),
        ];

        foreach (var (place, radius, nanometres) in all)
        {
            var soap = glb.AddMaterial(new GlbMaterial("soap", new Vector3(1f), 0f, 0f)
            {
                Transmission = 1f,
                Index = 1.33f,
                Iridescence = 1f,
                FilmIndex = 1.33f,
                FilmNanometres = nanometres,
                DoubleSided = true,
            });
            glb.AddNode("bubble", ball, soap, place, radius);
        }
    }

    private static int Glass(GlbWriter glb, string name, float index, Vector3 colour, float distance) =>
        glb.AddMaterial(new GlbMaterial(name, new Vector3(1f), 0f, 0f)
        {
            Transmission = 1f,
            Index = index,
            IsVolume = true,
            AttenuationColour = colour,
            AttenuationDistance = distance,
        });
}
