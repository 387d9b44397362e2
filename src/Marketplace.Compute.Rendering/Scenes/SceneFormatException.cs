namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// The scene, picture or environment cannot be used; the message names the offence, and where it is known.
/// </summary>
public sealed class SceneFormatException : FormatException
{
    public SceneFormatException(string message)
        : base(message)
    {
    }

    public SceneFormatException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
