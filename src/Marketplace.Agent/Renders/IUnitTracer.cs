using Marketplace.Agent.Protocol;

namespace Marketplace.Agent.Renders;

/// <summary>Traces a unit on the device.</summary>
internal interface IUnitTracer
{
    /// <summary>
    /// The sums of the unit's samples, as the market adds them up, and the leaves that they are made of.
    /// </summary>
    /// <exception cref="Work.WorkFault">The unit cannot be done here.</exception>
    Task<TracedUnit> Trace(UnitOrderMessage order, CancellationToken cancel);
}
