using System.Numerics;
using Marketplace.Compute.Rendering.Numerics;
using SharpGLTF.Schema2;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>How a node's mesh stands in the world: its matrix, or its skin's joints, and its morph weights.</summary>
internal sealed class GltfPose
{
    private readonly Matrix4x4 _world;
    private readonly Matrix4x4[] _joints;

    private GltfPose(Matrix4x4 world, Matrix4x4[] joints, float[] morphWeights)
    {
        _world = world;
        _joints = joints;
        MorphWeights = morphWeights;
        Mirrored = (joints.Length > 0 ? joints[0] : world).GetDeterminant() < 0f;
    }

    /// <summary>The transform turns triangles inside out.</summary>
    public bool Mirrored { get; }

    public bool Skinned => _joints.Length > 0;

    public float[] MorphWeights { get; }

    /// <summary>A mesh in its own space.</summary>
    public static GltfPose AtRest { get; } = new(Matrix4x4.Identity, [], []);

    /// <param name="node">Whose mesh it is.</param>
    /// <param name="moment">When.</param>
    /// <param name="world">Where the mesh is drawn, if it has no skin.</param>
    /// <param name="work">Ends it.</param>
    public static GltfPose Of(Node node, GltfMoment moment, Matrix4x4 world, SceneWork work)
    {
        var weights = moment.MorphWeightsOf(node);

        if (node.Skin is not { } skin)
        {
            return new GltfPose(world, [], weights);
        }

        var joints = new Matrix4x4[skin.JointsCount];

        for (var i = 0; i < joints.Length; i++)
        {
            work.Step();
            var (joint, inverseBind) = skin.GetJoint(i);
            joints[i] = inverseBind * moment.WorldOf(joint);
        }

        return new GltfPose(world, joints, weights);
    }

    /// <summary>
    /// The matrix of a vertex: the node's, or its joints' weighted mean. Joints that are not there count as none.
    /// </summary>
    public Matrix4x4 MatrixFor(Vector4 joints, Vector4 weights)
    {
        if (!Skinned)
        {
            return _world;
        }

        var sum = default(Matrix4x4);
        var total = 0f;

        for (var i = 0; i < 4; i++)
        {
            var joint = (int)Num.Clamp(joints[i], -1f, 1e6f);

            if (weights[i] > 0f && joint >= 0 && joint < _joints.Length)
            {
                sum += _joints[joint] * weights[i];
                total += weights[i];
            }
        }

        return total > 0f ? sum * (1f / total) : _world;
    }
}
