namespace Marketplace.Agent.Work;

/// <summary>An attempt cannot be finished; the market is told the code and the detail.</summary>
internal sealed class WorkFault(string code, string detail, bool orderAtFault, Exception? inner = null)
    : Exception(detail, inner)
{
    public const string ModelCorrupt = "model-corrupt";
    public const string SceneCorrupt = "scene-corrupt";
    public const string OutOfMemory = "out-of-memory";
    public const string DeviceFault = "device-fault";
    public const string Unsupported = "unsupported";

    /// <summary>One of the words above.</summary>
    public string Code { get; } = code;

    /// <summary>True when no other rig could do it either.</summary>
    public bool OrderAtFault { get; } = orderAtFault;
}
