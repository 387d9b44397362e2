using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>
/// The models and scenes that a rig has at hand, told every fifteen seconds and when a scene was loaded.
/// </summary>
/// <param name="Loaded">Hashes of the models in memory; at most 64.</param>
/// <param name="Held">Hashes of what is on disk, the latest used first; at most 64.</param>
/// <param name="LentBytes">Memory that may be taken for models loaded ahead; 0 for none.</param>
/// <param name="LoadedMax">Models that stay in memory side by side.</param>
/// <param name="Asked">Those in memory that the market asked for.</param>
/// <param name="Scenes">
/// Scenes in memory, by <see cref="Domain.Renders.SceneContent"/>, at most 16; agents of before send none.
/// </param>
/// <param name="Audits">Whether it takes orders to audit texts (<see cref="AuditOrderMessage"/>).</param>
/// <param name="TakesTokens">Whether it reads <see cref="TextOrderMessage.PromptTokens"/>.</param>
/// <param name="HoldsCalls">Whether it holds texts to <see cref="TextOrderMessage.Calls"/>.</param>
/// <param name="TellsPrompts">Whether it knows <see cref="TextOrderMessage.TellsPrompt"/>.</param>
[MessagePackObject]
public sealed record ModelsMessage(
    [property: Key(0)] string[] Loaded,
    [property: Key(1)] string[] Held,
    [property: Key(2)] long LentBytes,
    [property: Key(3)] int LoadedMax,
    [property: Key(4)] AskedModelMessage[] Asked,
    [property: Key(5)] string[]? Scenes = null,
    [property: Key(6)] bool Audits = false,
    [property: Key(7)] bool TakesTokens = false,
    [property: Key(8)] bool HoldsCalls = false,
    [property: Key(9)] bool TellsPrompts = false);
