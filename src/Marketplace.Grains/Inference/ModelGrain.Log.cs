using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Inference;

/// <summary>What a model logs.</summary>
internal sealed partial class ModelGrain
{
    [LoggerMessage(1, LogLevel.Information, "Model {Name} has the id {ModelId}, version {Version} of the manifest")]
    private static partial void LogEnlisted(ILogger log, string name, string modelId, long? version);

    [LoggerMessage(2, LogLevel.Warning, "Model {Name} stays without id: its file {Sha256} cannot be read")]
    private static partial void LogUnread(ILogger log, string name, string sha256);

    [LoggerMessage(3, LogLevel.Warning, "Model {Name} is not in the manifest; it is tried again at the next look")]
    private static partial void LogNotEnlisted(ILogger log, Exception fault, string name);
}
