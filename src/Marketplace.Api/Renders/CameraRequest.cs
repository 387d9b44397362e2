using Marketplace.Api.Http;
using Marketplace.Domain.Renders;

namespace Marketplace.Api.Renders;

/// <summary>A camera of the order's own, in the scene's units, Y up.</summary>
/// <param name="Position">Where it stands: three numbers.</param>
/// <param name="Target">What it looks at: three numbers, not the position.</param>
/// <param name="Up">What is up in the picture: three numbers; null is +Y.</param>
/// <param name="VerticalFov" example="40">Degrees, above 0.1 and below 179.</param>
internal sealed record CameraRequest(
    IReadOnlyList<float> Position, IReadOnlyList<float> Target, IReadOnlyList<float>? Up = null, float VerticalFov = 45)
{
    private const float FovMin = 0.1f;
    private const float FovMax = 179f;
    private const float CoordinateMax = 1e9f;

    private static readonly IReadOnlyList<float> PlusY = [0f, 1f, 0f];

    public void Check(Faults faults)
    {
        CheckVector("view.position", Position, faults);
        CheckVector("view.target", Target, faults);
        CheckVector("view.up", Up ?? PlusY, faults);

        if (!(VerticalFov is >= FovMin and <= FovMax))
        {
            faults.Add("view.verticalFov", FormattableString.Invariant(
                $"is {VerticalFov}, allowed are {FovMin} to {FovMax} degrees"));
        }

        if (Position.SequenceEqual(Target))
        {
            faults.Add("view.target", "is the position: the camera looks nowhere");
        }

        if (Up is not null && Up.All(value => value == 0f))
        {
            faults.Add("view.up", "is no direction: all numbers are 0");
        }
    }

    public GivenCamera ToCamera() => new(Position, Target, Up ?? PlusY, VerticalFov);

    private static void CheckVector(string field, IReadOnlyList<float> values, Faults faults)
    {
        if (values.Count != 3 || values.Any(value => !(Math.Abs(value) <= CoordinateMax)))
        {
            faults.Add(field, FormattableString.Invariant(
                $"must be three numbers of at most {CoordinateMax:0} on either side of 0"));
        }
    }
}
