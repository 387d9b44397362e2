namespace Marketplace.Domain.Market;

/// <summary>How a device that asks for work stands to a piece of it that it may have.</summary>
/// <param name="Fit">What it has of what the work needs.</param>
/// <param name="IsOwed">Nothing younger goes before it for the sake of what is loaded where.</param>
public readonly record struct WorkChance(SceneFit Fit, bool IsOwed)
{
    /// <summary>
    /// Who took a unit so long ago and still holds it attends its render no more: one slow device, or one that never
    /// ends, keeps nobody else from it.
    /// </summary>
    public static readonly TimeSpan AttendedMax = TimeSpan.FromSeconds(30);

    /// <summary>Work that any device may do as well.</summary>
    public static WorkChance Anybodys => new(SceneFit.None, IsOwed: true);

    /// <summary>Work of a model.</summary>
    /// <param name="isLoaded">Whether the device has it in memory.</param>
    /// <param name="waited">For how long it has waited since it was ordered.</param>
    /// <param name="patience">The patience.</param>
    public static WorkChance OfModel(bool isLoaded, TimeSpan waited, TimeSpan patience) =>
        new(isLoaded ? SceneFit.Loaded : SceneFit.None, waited >= patience);

    /// <summary>
    /// Units of a scene. No device stands idle for longer than the patience while it leaves units to others, and units
    /// that nobody is at wait no longer for the sake of another scene.
    /// </summary>
    /// <param name="fit">What the device has of the scene.</param>
    /// <param name="idle">For how long this device has had nothing but work that it left to others.</param>
    /// <param name="unattended">
    /// For how long no unit was given out while no device is at one that it took within <see cref="AttendedMax"/>;
    /// zero where one is.
    /// </param>
    /// <param name="patience">The patience.</param>
    public static WorkChance OfScene(SceneFit fit, TimeSpan idle, TimeSpan unattended, TimeSpan patience) =>
        new(fit, idle >= patience || unattended >= patience);
}
