using Marketplace.Agent.Inference;
using Marketplace.Agent.Renders;

namespace Marketplace.Agent.Work;

/// <summary>What does the computing of a rig.</summary>
internal sealed record RigEngines(ITextMaker Texts, IUnitTracer Units, IVectorMaker Vectors);
