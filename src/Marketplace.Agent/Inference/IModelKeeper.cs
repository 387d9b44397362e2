using Marketplace.Agent.Protocol;

namespace Marketplace.Agent.Inference;

/// <summary>The models and scenes that a rig has at hand, and the models that it loads ahead of work.</summary>
internal interface IModelKeeper
{
    /// <summary>What there is now, but for what the market asked for.</summary>
    ModelsMessage Tell();

    /// <summary>Ends when other scenes are in memory than were told of last.</summary>
    Task Changed(CancellationToken cancel);

    /// <summary>Fetches and loads a model, if it is not loaded.</summary>
    /// <exception cref="Work.WorkFault">It cannot be loaded here.</exception>
    Task Load(KeepModelMessage model, CancellationToken cancel);

    /// <summary>Unloads a model that no text uses; its files may be displaced on disk.</summary>
    void LetGo(string sha256);
}
