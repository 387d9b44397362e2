namespace Marketplace.Architecture.Tests;

/// <summary>Fails with every offender on a line of its own.</summary>
internal static class Offenders
{
    public static void None(IEnumerable<string> offenders)
    {
        var all = offenders.ToList();
        Assert.True(all.Count == 0, $"{all.Count} found:\n{string.Join('\n', all)}");
    }
}
