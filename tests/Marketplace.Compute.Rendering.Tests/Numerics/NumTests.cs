using CsCheck;
using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tests.Numerics;

public sealed class NumTests
{
    private static readonly Gen<float> Unit = Gen.Float[0f, 1f];
    private static readonly Gen<float> Any = Gen.Float[-1000f, 1000f];

    [Fact]
    public void Sine_and_cosine_of_turns_are_right_to_3e_7() => Unit.Sample(
        turns =>
        {
            Num.SinCosTurns(turns, out var sine, out var cosine);

            return Math.Abs(sine - Math.Sin(turns * Math.Tau)) < 3e-7 && Math.Abs(cosine - Math.Cos(turns * Math.Tau)) < 3e-7;
        },
        iter: 20_000);

    [Fact]
    public void Angles_in_turns_are_right_to_2e_7_round_the_circle() => Gen.Select(Any, Any).Sample(
        (y, x) =>
        {
            var expected = Math.Atan2(y, x) / Math.Tau;
            var difference = Num.Atan2Turns(y, x) - (expected < 0 ? expected + 1 : expected);

            return Math.Abs(difference - Math.Round(difference)) < 2e-7;
        },
        iter: 20_000);

    [Theory]
    [InlineData(0f, 0f, 0f)]
    [InlineData(0f, 1f, 0f)]
    [InlineData(1f, 0f, 0.25f)]
    [InlineData(0f, -1f, 0.5f)]
    [InlineData(-1f, 0f, 0.75f)]
    public void The_axes_have_exact_angles(float y, float x, float turns) => Assert.Equal(turns, Num.Atan2Turns(y, x));

    [Fact]
    public void Clamp_turns_a_NaN_into_the_lower_bound() => Assert.Equal(2f, Num.Clamp(float.NaN, 2f, 3f));

    [Fact]
    public void A_basis_is_orthonormal_about_any_normal() => Gen.Select(Any, Any, Any).Sample((x, y, z) =>
    {
        var normal = new Vec3(x, y, z).Normalized();
        var basis = Basis.About(normal);

        return Vec3.Dot(normal, normal) < 0.5f
            || (Math.Abs(Vec3.Dot(basis.Tangent, basis.Bitangent)) < 1e-5f
                && Math.Abs(Vec3.Dot(basis.Tangent, normal)) < 1e-5f
                && Math.Abs(basis.Bitangent.Length() - 1f) < 1e-5f
                && Vec3.Dot(Vec3.Cross(basis.Tangent, basis.Bitangent), normal) > 0.999f);
    });

    [Theory]
    [InlineData(-5.896e-21f, 1.213e-35f, 0f)]
    [InlineData(1e-15f, 1e-15f, 0f)]
    [InlineData(0f, 3e-30f, 4e-30f)]
    public void A_very_short_vector_has_its_direction_too(float x, float y, float z)
    {
        var length = Math.Sqrt(((double)x * x) + ((double)y * y) + ((double)z * z));
        var unit = new Vec3(x, y, z).Normalized();

        Assert.Equal(x / length, unit.X, 6);
        Assert.Equal(y / length, unit.Y, 6);
        Assert.Equal(z / length, unit.Z, 6);
    }

    [Fact]
    public void The_zero_vector_stays_zero() => Assert.Equal(0f, default(Vec3).Normalized().Length());

    [Fact]
    public void Powers_and_logarithms_are_good_to_the_digits_that_they_promise()
    {
        for (var x = -86.5; x < 87; x += 0.37)
        {
            Assert.InRange(Num.Exp((float)x) / Math.Exp((float)x), 1 - 3e-7, 1 + 3e-7);
        }

        for (var x = 1e-37; x < 1; x *= 1.7)
        {
            var expected = Math.Log((float)x);
            Assert.Equal(expected, Num.LogOfFraction((float)x), 3e-7 * Math.Max(1, -expected));
        }

        Assert.Equal(0f, Num.Exp(float.NegativeInfinity));
        Assert.Equal(0f, Num.LogOfFraction(1f));
        Assert.True(float.IsFinite(Num.Exp(float.PositiveInfinity)) && float.IsFinite(Num.LogOfFraction(0f)));
    }
}
