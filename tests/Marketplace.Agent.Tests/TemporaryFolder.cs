namespace Marketplace.Agent.Tests;

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string FullName { get; } = Directory.CreateTempSubdirectory("agent-tests-").FullName;

    public void Dispose() => Directory.Delete(FullName, recursive: true);
}
