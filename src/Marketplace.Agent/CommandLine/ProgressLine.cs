using System.Globalization;

namespace Marketplace.Agent.CommandLine;

/// <summary>
/// Says on stderr how far long work is: every tenth, and on a terminal in one line that is written over.
/// </summary>
internal sealed class ProgressLine(string what, TextWriter error)
{
    private readonly bool _overwrite = !Console.IsErrorRedirected;
    private int _saidTenths = -1;

    public void Report(long done, long total)
    {
        var tenths = (int)(done * 10 / Math.Max(total, 1));

        if (_overwrite)
        {
            var end = done == total ? Environment.NewLine : "";
            error.Write(
                string.Create(CultureInfo.InvariantCulture, $"\r{what}: {done * 100 / Math.Max(total, 1),3} %{end}"));
        }
        else if (tenths != _saidTenths)
        {
            error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {tenths * 10} %"));
        }

        _saidTenths = tenths;
    }
}
