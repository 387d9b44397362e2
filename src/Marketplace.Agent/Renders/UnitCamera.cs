using Marketplace.Agent.Protocol;
using Marketplace.Agent.Work;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;

namespace Marketplace.Agent.Renders;

/// <summary>The camera of a unit: one that the order brings along, or one of the scene.</summary>
internal static class UnitCamera
{
    /// <exception cref="WorkFault">There is no such camera.</exception>
    public static Camera Of(UnitOrderMessage order, Scene scene)
    {
        if (order.GivenCamera is { } given)
        {
            return new()
            {
                Name = "given",
                Position = Vector(given.Position, "position"),
                Target = Vector(given.Target, "target"),
                Up = Vector(given.Up, "up"),
                VerticalFovDegrees = given.VerticalFov,
            };
        }

        return scene.Cameras.ElementAtOrDefault(order.Camera ?? 0)
            ?? throw new WorkFault(WorkFault.Unsupported, $"camera {order.Camera} of {scene.Cameras.Count}", true);
    }

    private static Vec3 Vector(float[]? values, string name) =>
        values is { Length: 3 } && values.All(float.IsFinite)
            ? new(values[0], values[1], values[2])
            : throw new WorkFault(WorkFault.Unsupported, $"the camera's {name} is no three numbers", true);
}
