using Marketplace.Domain;

namespace Marketplace.Host.Crashes;

/// <summary>
/// The crash that a file asks for, as <c>name:k</c>, so that a test can ask a host that runs already: counted from the
/// moment when the file first says so. No file, or one that is empty, asks for nothing.
/// </summary>
internal sealed class CrashFile(string path) : ICheckpoint
{
    /// <summary>Before a path, where else the crash itself stands.</summary>
    public const char Mark = '@';

    private readonly Lock _gate = new();
    private string _asked = string.Empty;
    private CrashPoint? _point;

    /// <exception cref="StartException">It asks for what <see cref="CrashPoint.Parse"/> does not know.</exception>
    public void Reach(string name) => Asked()?.Reach(name);

    private CrashPoint? Asked()
    {
        var text = File.Exists(path) ? File.ReadAllText(path).Trim() : string.Empty;

        lock (_gate)
        {
            if (text != _asked)
            {
                (_asked, _point) = (text, text.Length == 0 ? null : CrashPoint.Parse(text));
            }

            return _point;
        }
    }
}
