using System.Numerics;
using SharpGLTF.Schema2;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>Morph targets: what a vertex is moved and turned by, times the target's weight.</summary>
internal static class GltfMorph
{
    /// <summary>What is read of a target.</summary>
    public static readonly string[] Attributes = ["POSITION", "NORMAL", "TANGENT"];

    /// <summary>Adds the targets' deltas to a primitive's arrays.</summary>
    /// <exception cref="SceneFormatException">A target has not one delta a vertex.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static void Add(
        MeshPrimitive primitive,
        float[] weights,
        Vector3[] positions,
        Vector3[]? normals,
        Vector4[]? tangents,
        SceneWork work)
    {
        for (var target = 0; target < Math.Min(primitive.MorphTargetsCount, weights.Length); target++)
        {
            work.Step();
            var weight = weights[target];
            var deltas = primitive.GetMorphTargetAccessors(target);

            foreach (var (attribute, accessor) in deltas)
            {
                Check(primitive, target, attribute, accessor.Count, positions.Length);
            }

            if (weight == 0f)
            {
                continue;
            }

            AddTo(positions, deltas.GetValueOrDefault("POSITION"), weight, work);
            AddTo(normals, deltas.GetValueOrDefault("NORMAL"), weight, work);
            AddTo(tangents, deltas.GetValueOrDefault("TANGENT"), weight, work);
        }
    }

    private static void Check(MeshPrimitive primitive, int target, string attribute, int count, int vertices)
    {
        if (count != vertices)
        {
            throw new SceneFormatException(
                $"glTF: mesh {primitive.LogicalParent.LogicalIndex} primitive {primitive.LogicalIndex} "
                + $"target {target}: {count} {attribute} for {vertices} positions.");
        }
    }

    private static void AddTo(Vector3[]? values, Accessor? deltas, float weight, SceneWork work)
    {
        if (values is null || deltas is null)
        {
            return;
        }

        var source = deltas.AsVector3Array();

        for (var i = 0; i < values.Length; i++)
        {
            work.Step();
            values[i] += source[i] * weight;
        }
    }

    /// <summary>The side that a tangent's W tells is not morphed.</summary>
    private static void AddTo(Vector4[]? values, Accessor? deltas, float weight, SceneWork work)
    {
        if (values is null || deltas is null)
        {
            return;
        }

        var source = deltas.AsVector3Array();

        for (var i = 0; i < values.Length; i++)
        {
            work.Step();
            values[i] += new Vector4(source[i] * weight, 0f);
        }
    }
}
