namespace Marketplace.Host.Tests.Storage;

/// <summary>A grain that keeps one number and one reminder, to try the silo's storage with. Key: any text.</summary>
[Alias("test.counter")]
[GrainInterfaceType("test.counter")]
public interface ICounterGrain : IGrainWithStringKey
{
    [Alias("Add")]
    Task<int> Add(int amount);

    [Alias("Clear")]
    Task Clear();

    [Alias("Remind")]
    Task Remind(string name);

    [Alias("Reminders")]
    Task<IReadOnlyList<string>> Reminders();
}
