namespace Marketplace.Compute.Rendering.Bvh;

/// <summary>Nodes still to be visited: memory of the thread on the Host, local memory in a kernel.</summary>
internal interface ITraversalStack
{
    int Get(int index);

    void Set(int index, int link);
}
