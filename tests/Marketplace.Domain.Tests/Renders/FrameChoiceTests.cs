using CsCheck;
using Marketplace.Domain.Renders;

namespace Marketplace.Domain.Tests.Renders;

public sealed class FrameChoiceTests
{
    private static readonly Gen<(RenderUnit[] Waiting, int? Mine, HashSet<int> Others)> Cases = Gen.Select(
        Gen.Int[1, 6].HashSet[0, 6],
        Gen.Int[0, 6],
        Gen.Int[1, 6].HashSet[0, 6],
        (frames, mine, others) => (
            frames.Order().SelectMany(frame => new[] { Unit(frame, 0), Unit(frame, 1) }).ToArray(),
            mine == 0 ? (int?)null : mine,
            others));

    [Fact]
    public void A_device_stays_at_its_frame_then_begins_one_then_helps() => Cases.Sample(one =>
    {
        var (waiting, mine, others) = one;
        var expected = Array.Find(waiting, unit => unit.Frame == mine)
            ?? Array.Find(waiting, unit => !others.Contains(unit.Frame))
            ?? waiting.FirstOrDefault();

        Assert.Equal(expected, FrameChoice.Pick(waiting, mine, others));
    });

    [Fact]
    public void The_same_content_has_the_same_name_and_another_light_another()
    {
        (string, string)[] files = [("box.glb", new string('a', 64)), ("sky.hdr", new string('b', 64))];
        var plain = SceneContent.IdOf("box.glb", "sky.hdr", null, files);

        Assert.Equal(plain, SceneContent.IdOf("box.glb", "sky.hdr", null, [.. files]));
        Assert.NotEqual(plain, SceneContent.IdOf("box.glb", "sky.hdr", new(0.5f, 1f), files));
        Assert.NotEqual(plain, SceneContent.IdOf("box.glb", null, null, files));
        Assert.NotEqual(plain, SceneContent.IdOf("box.glb", "sky.hdr", null, files[..1]));
        Assert.Matches("^[0-9a-f]{64}$", plain);
    }

    private static RenderUnit Unit(int frame, int tile) => new((frame * 2) + tile, frame, tile * 128, 0, 128, 128, 0, 16);
}
