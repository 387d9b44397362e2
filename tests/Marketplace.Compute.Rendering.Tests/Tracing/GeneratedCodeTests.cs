using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Tracing;

/// <summary>What ILGPU makes of the kernel for a real device; the CPU accelerator runs the original code instead.</summary>
public sealed class GeneratedCodeTests(KernelDevices devices)
{
    [Fact]
    [Trait("Category", "Kernel")]
    public void A_device_agrees_with_the_Host_within_the_thresholds_of_verification()
    {
        var device = devices.Named;
        using var processor = new HostDevice(2);

        foreach (var scene in SameBitsTests.Scenes())
        {
            using var host = new PathTracer(scene, processor);
            using var kernel = new PathTracer(scene, device);
            var view = Pictures.View(scene, 64, 36);
            var expected = Pictures.Render(host, view, 16, 64, 1);
            var seen = Pictures.Render(kernel, view, 16, 64, 1);

            Assert.InRange(AlikeShare(expected, seen), 0.97, 1.0);
            Assert.InRange(Pictures.Mean(seen).X / Pictures.Mean(expected).X, 0.999f, 1.001f);
        }
    }

    /// <summary>The share of pixels that agree to 1e-3 relative and 1e-4 absolute, of those with light.</summary>
    private static double AlikeShare(float[] expected, float[] seen)
    {
        var alike = 0;
        var lit = 0;

        for (var i = 0; i < expected.Length; i += 3)
        {
            var a = new Vec3(expected[i], expected[i + 1], expected[i + 2]);
            var b = new Vec3(seen[i], seen[i + 1], seen[i + 2]);

            if (a.MaxComponent() > 0f || b.MaxComponent() > 0f)
            {
                var difference = a - b;
                var largest = Num.Max(Num.Abs(difference.X), Num.Max(Num.Abs(difference.Y), Num.Abs(difference.Z)));
                lit++;
                alike += largest <= (1e-3f * a.MaxComponent()) + 1e-4f ? 1 : 0;
            }
        }

        return lit == 0 ? 0 : alike / (double)lit;
    }
}
