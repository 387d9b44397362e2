using Marketplace.Agent.Protocol;
using Marketplace.Agent.Work;

namespace Marketplace.Agent.Renders;

/// <summary>A rig without a path tracer: says so.</summary>
internal sealed class NoUnitTracer : IUnitTracer
{
    public Task<byte[]> Trace(UnitOrderMessage order, CancellationToken cancel) =>
        throw new WorkFault(WorkFault.Unsupported, "This rig does not render.", false);
}
