using Marketplace.Agent.Inference;
using Marketplace.Agent.Renders;

namespace Marketplace.Agent.Work;

/// <summary>What does the computing of a rig.</summary>
/// <param name="Models">Null where no models are told of and none loaded ahead.</param>
/// <param name="Audits">Null where no texts of others are audited.</param>
internal sealed record RigEngines(
    ITextMaker Texts,
    IUnitTracer Units,
    IVectorMaker Vectors,
    IModelKeeper? Models = null,
    ITextAuditor? Audits = null);
