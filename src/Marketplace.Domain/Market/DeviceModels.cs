using Marketplace.Domain.Renders;

namespace Marketplace.Domain.Market;

/// <summary>
/// The models and scenes that a device has at hand, as its agent says; what its provider lends for models loaded ahead
/// of work.
/// Claims of an untrusted machine: they decide who is asked first, never what is paid.
/// </summary>
/// <param name="Loaded">Hashes of the models in memory.</param>
/// <param name="Held">Hashes of files on disk: of models and of scenes.</param>
/// <param name="LentBytes">Memory for models loaded ahead; 0 for none.</param>
/// <param name="LoadedMax">Models that stay in memory side by side.</param>
/// <param name="Scenes">Scenes in memory, by <see cref="SceneContent"/>; null where its agent does not say.</param>
/// <param name="Audits">Whether its agent knows how to audit texts of others.</param>
/// <param name="TakesTokens">Whether its agent knows prompts of token ids.</param>
/// <param name="HoldsCalls">Whether its agent holds texts to a form of calls.</param>
/// <param name="TellsPrompts">Whether its agent tells the log-probabilities of prompts.</param>
[GenerateSerializer, Immutable, Alias("DeviceModels")]
public sealed record DeviceModels(
    [property: Id(0)] IReadOnlyList<string> Loaded,
    [property: Id(1)] IReadOnlyList<string> Held,
    [property: Id(2)] long LentBytes,
    [property: Id(3)] int LoadedMax,
    [property: Id(4)] IReadOnlyList<string>? Scenes = null,
    [property: Id(5)] bool Audits = false,
    [property: Id(6)] bool TakesTokens = false,
    [property: Id(7)] bool HoldsCalls = false,
    [property: Id(8)] bool TellsPrompts = false)
{
    /// <summary>Models that a device tells of at most, in memory and on disk each.</summary>
    public const int ToldMax = 64;

    /// <summary>Scenes that a device tells of at most.</summary>
    public const int ScenesMax = 16;

    public bool HasLoaded(string sha256) => Loaded.Contains(sha256, StringComparer.Ordinal);

    /// <param name="scene">Name of the scene's content.</param>
    /// <param name="largestFile">Hash of the file that takes longest to fetch; the rest is of no account.</param>
    public SceneFit FitOf(string scene, string largestFile) =>
        Scenes?.Contains(scene, StringComparer.Ordinal) == true ? SceneFit.Loaded
            : Held.Contains(largestFile, StringComparer.Ordinal) ? SceneFit.OnDisk
            : SceneFit.None;

    public bool Equals(DeviceModels? other) =>
        other is not null
        && (LentBytes, LoadedMax, Audits, TakesTokens, HoldsCalls, TellsPrompts)
            == (other.LentBytes, other.LoadedMax, other.Audits, other.TakesTokens, other.HoldsCalls, other.TellsPrompts)
        && Loaded.SequenceEqual(other.Loaded, StringComparer.Ordinal)
        && Held.SequenceEqual(other.Held, StringComparer.Ordinal)
        && (Scenes ?? []).SequenceEqual(other.Scenes ?? [], StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(LentBytes, LoadedMax, Loaded.Count, Held.Count);
}
