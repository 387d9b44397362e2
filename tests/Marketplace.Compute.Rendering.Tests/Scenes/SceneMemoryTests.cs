using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Marketplace.Compute.Rendering.Scenes;
using SkiaSharp;

namespace Marketplace.Compute.Rendering.Tests.Scenes;

/// <summary>What files ask for in bytes of memory is refused before it is taken.</summary>
public sealed class SceneMemoryTests
{
    private const string Plain = """{ "pbrMetallicRoughness": {} }""";
    private const string Painted = """{ "pbrMetallicRoughness": { "baseColorTexture": { "index": 0 } } }""";
    private const string Flat = """{ "EXT_mesh_gpu_instancing": { "attributes": { "TRANSLATION": PLACES } } }""";

    /// <summary>An accessor needs no bytes in the file, for its values are zeros then.</summary>
    [Fact]
    public void A_primitive_without_bytes_is_refused_before_it_is_read()
    {
        var gltf = Card.Make(Plain);
        gltf.Primitive().Remove("indices");
        gltf.Json["meshes"]![0]!["primitives"]![0]!["attributes"] =
            new JsonObject { ["POSITION"] = gltf.Claim(20_000_000, "VEC3") };

        AssertRefusedAtOnce(gltf, "with mesh 0 primitive 0 reading the scene takes 2");
    }

    [Fact]
    public void Sparse_values_are_refused_before_they_are_read()
    {
        var gltf = Card.Make(Plain);
        gltf.Attributes()["TEXCOORD_0"] = gltf.Claim(4, "VEC2", sparse: 20_000_000);

        AssertRefusedAtOnce(gltf, "with mesh 0 primitive 0 reading the scene takes 1");
    }

    [Fact]
    public void A_curve_without_bytes_is_refused_before_it_is_read()
    {
        var gltf = Card.Make(Plain);
        var (times, places) = (gltf.Claim(20_000_000, "SCALAR"), gltf.Claim(20_000_000, "VEC3"));
        gltf.Json["animations"] = JsonNode.Parse($$"""
            [ { "samplers": [ { "input": 0, "output": 0 }, { "input": {{times}}, "output": {{places}} } ],
                "channels": [ { "sampler": 1, "target": { "node": 0, "path": "translation" } } ] } ]
            """);

        AssertRefusedAtOnce(gltf, "with animation 0 sampler 1 reading the scene takes 2");
    }

    /// <summary>Two bytes of an empty object are hundreds in the parser.</summary>
    [Fact]
    public void Words_of_the_JSON_are_refused_by_what_the_parser_makes_of_them()
    {
        var gltf = Card.Make(Plain);
        gltf.Json["samplers"] = new JsonArray([.. Enumerable.Range(0, 1_000).Select(_ => new JsonObject())]);
        var options = new SceneOptions { Limits = new SceneLimits { MemoryBytesMax = 400_000 } };

        Assert.Contains(
            "with its JSON reading the scene takes 4",
            Assert.Throws<SceneFormatException>(() => gltf.Read(options)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Triangles_are_refused_as_they_grow_whatever_copies_a_small_file_asks_for(bool isFlat)
    {
        var gltf = Copies(1_000, isFlat);
        var least = Least(gltf);

        // Two triangles and four vertices, as they are built, or six, as they are collected.
        var copy = isFlat ? (2 * 40) + (6 * 152) : (2 * 240) + (4 * 76);
        Assert.Equal(1_000 * copy, Least(Copies(2_000, isFlat)) - least);
        Assert.Contains(
            $"with mesh 0 primitive 0 reading the scene takes {least} bytes of memory, allowed are {least - 1} "
            + $"({nameof(SceneLimits.MemoryBytesMax)})",
            Assert.Throws<SceneFormatException>(() => gltf.Read(Within(least - 1))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_takes_four_bytes_a_pixel_and_its_file_twice()
    {
        var (small, large) = (Card.Png(8, new SKColor[64]), Card.Png(256, new SKColor[256 * 256]));

        Assert.Equal(
            (4 * ((256 * 256) - 64)) + (2 * (large.Length - small.Length)),
            Least(Card.Make(Painted, large)) - Least(Card.Make(Painted, small)));
    }

    [Fact]
    public void The_environment_counts()
    {
        var gltf = Card.Make(Plain);
        var sky = TestScenes.SunnySky();

        Assert.Equal(64 * 32 * 36, Least(gltf, sky) - Least(gltf));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    public void A_picture_too_short_for_its_size_is_refused_before_it_is_decoded(SKEncodedImageFormat format)
    {
        var picture = Enlarged(Card.Encoded(8, format, new SKColor[64]), format, 16_000);

        Assert.Contains(
            "image 0 'picture.png' is cut off: 16000 x 16000 pixels take ",
            Assert.Throws<SceneFormatException>(() => Card.Make(Painted, picture).Read()).Message,
            StringComparison.Ordinal);
    }

    /// <summary>What deflate can do at best is no sign of a cut.</summary>
    [Fact]
    public void A_picture_of_one_colour_is_drawn_however_short_it_is()
    {
        var picture = Card.Png(2_048, new SKColor[2_048 * 2_048]);
        Assert.InRange(picture.Length, 4 * 2_048 * 2_048 / 1_032, 4 * 2_048 * 2_048 / 900);

        Assert.Equal(2_048 * 2_048, Card.Make(Painted, picture).Read().Facts.TexturePixels);
    }

    [Fact]
    public void A_customers_largest_scene_is_read_and_not_the_worst_that_other_limits_let_pass()
    {
        var memory = new SceneMemory(SceneLimits.Default);
        memory.Keep("files", 2L * 560_000_000);
        memory.Keep("pictures", 4 * SceneLimits.Default.TexturePixelsMax);
        var triangles = SceneLimits.Default.TrianglesMax;
        memory.Draw("a smooth scene", triangles / 2, triangles, 0, 0);

        Assert.Throws<SceneFormatException>(() => memory.Draw("a flat one", 3L * triangles, triangles, 0, 0));
    }

    private static SceneOptions Within(long bytes, EnvironmentMap? sky = null) =>
        new() { Limits = new SceneLimits { MemoryBytesMax = bytes }, Environment = sky };

    /// <summary>The lowest limit under which it is read.</summary>
    private static long Least(HandMadeGltf gltf, EnvironmentMap? sky = null)
    {
        var (refused, read) = (0L, 1L << 25);

        while (read - refused > 1)
        {
            var middle = (read + refused) / 2;

            try
            {
                gltf.Read(Within(middle, sky));
                read = middle;
            }
            catch (SceneFormatException refusal)
            {
                Assert.Contains(nameof(SceneLimits.MemoryBytesMax), refusal.Message, StringComparison.Ordinal);
                refused = middle;
            }
        }

        return read;
    }

    /// <summary>Too small a mesh to be kept once; the copies stand where the card does.</summary>
    private static HandMadeGltf Copies(int count, bool isFlat)
    {
        var gltf = Card.Make(Plain);
        var places = gltf.Claim(count, "VEC3");
        gltf.Json["nodes"]![0]!["extensions"] =
            JsonNode.Parse(Flat.Replace("PLACES", $"{places}", StringComparison.Ordinal));
        gltf.Json["extensionsUsed"] = new JsonArray("EXT_mesh_gpu_instancing");

        if (isFlat)
        {
            gltf.Attributes().Remove("NORMAL");
        }

        return gltf;
    }

    private static void AssertRefusedAtOnce(HandMadeGltf gltf, string why)
    {
        var options = Within(1L << 30) with { Looked = () => Assert.Fail("work was done"), ChecksEveryClip = true };
        var message = Assert.Throws<SceneFormatException>(() => gltf.Read(options)).Message;

        Assert.Contains(why, message, StringComparison.Ordinal);
        Assert.Contains(
            $"allowed are {1L << 30} ({nameof(SceneLimits.MemoryBytesMax)})", message, StringComparison.Ordinal);
    }

    /// <summary>The same bytes with another size in the header.</summary>
    private static byte[] Enlarged(byte[] picture, SKEncodedImageFormat format, ushort edge)
    {
        if (format == SKEncodedImageFormat.Jpeg)
        {
            var frame = picture.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]) + 5;
            BinaryPrimitives.WriteUInt16BigEndian(picture.AsSpan(frame), edge);
            BinaryPrimitives.WriteUInt16BigEndian(picture.AsSpan(frame + 2), edge);

            return picture;
        }

        var header = picture.AsSpan().IndexOf("IHDR"u8);
        BinaryPrimitives.WriteInt32BigEndian(picture.AsSpan(header + 4), edge);
        BinaryPrimitives.WriteInt32BigEndian(picture.AsSpan(header + 8), edge);
        BinaryPrimitives.WriteUInt32BigEndian(picture.AsSpan(header + 17), Crc(picture.AsSpan(header, 17)));

        return picture;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;

        foreach (var value in bytes)
        {
            crc ^= value;

            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            }
        }

        return ~crc;
    }
}
