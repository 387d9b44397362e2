using System.Globalization;
using System.Numerics;
using Marketplace.Compute.Rendering.Numerics;
using SharpGLTF.Schema2;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>A node's camera looks along its -Z, with +Y up.</summary>
internal static class GltfCameras
{
    public static Camera Of(Node node, int number, Matrix4x4 world)
    {
        var position = GltfLights.Finite(world.Translation);
        var forward = GltfLights.Finite(Vector3.TransformNormal(-Vector3.UnitZ, world)).Normalized();
        var up = GltfLights.Finite(Vector3.TransformNormal(Vector3.UnitY, world)).Normalized();
        var camera = new Camera
        {
            Name = node.Camera.Name ?? node.Name ?? number.ToString(CultureInfo.InvariantCulture),
            Position = position,
            Target = position + forward,
            Up = up,
        };

        return node.Camera.Settings switch
        {
            CameraOrthographic flat => camera with { OrthographicHalfHeight = Num.Clamp(flat.YMag, 1e-6f, 1e9f) },
            CameraPerspective lens => camera with
            {
                VerticalFovDegrees = Num.Clamp(lens.VerticalFOV * (360f / Num.TwoPi), 0.1f, 179f),
            },
            _ => camera,
        };
    }
}
