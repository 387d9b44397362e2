using SharpGLTF.Schema2;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>The nodes that are drawn, parents before children, in the file's order.</summary>
internal static class GltfNodes
{
    public static IEnumerable<Node> Drawn(ModelRoot model)
    {
        var scene = model.DefaultScene ?? (model.LogicalScenes.Count > 0 ? model.LogicalScenes[0] : null);
        var roots = scene?.VisualChildren ?? model.LogicalNodes.Where(node => node.VisualParent is null);
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
