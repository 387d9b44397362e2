using SharpGLTF.Schema2;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>The nodes that are drawn, parents before children, in the file's order.</summary>
internal static class GltfNodes
{
    /// <summary>
    /// The nodes that are nobody's child. A node that is asked for its parent searches all nodes for it, which would
    /// make a file of many nodes dear in every frame.
    /// </summary>
    public static IEnumerable<Node> Roots(ModelRoot model)
    {
        var isChild = new bool[model.LogicalNodes.Count];

        foreach (var child in model.LogicalNodes.SelectMany(node => node.VisualChildren))
        {
            isChild[child.LogicalIndex] = true;
        }

        return model.LogicalNodes.Where(node => !isChild[node.LogicalIndex]);
    }

    public static IEnumerable<Node> Drawn(ModelRoot model)
    {
        var scene = model.DefaultScene ?? (model.LogicalScenes.Count > 0 ? model.LogicalScenes[0] : null);
        var roots = scene?.VisualChildren ?? Roots(model);
        var pending = new Stack<Node>(roots.Reverse());

        while (pending.TryPop(out var node))
        {
            yield return node;

            foreach (var child in node.VisualChildren.Reverse())
            {
                pending.Push(child);
            }
        }
    }
}
