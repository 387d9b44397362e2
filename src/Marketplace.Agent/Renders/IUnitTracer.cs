using Marketplace.Agent.Protocol;

namespace Marketplace.Agent.Renders;

/// <summary>Traces a unit on the device.</summary>
internal interface IUnitTracer
{
    /// <summary>The sums of the unit's samples, as the market adds them up.</summary>
    /// <exception cref="Work.WorkFault">The unit cannot be done here.</exception>
    Task<byte[]> Trace(UnitOrderMessage order, CancellationToken cancel);
}
