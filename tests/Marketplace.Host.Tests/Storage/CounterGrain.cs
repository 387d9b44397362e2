namespace Marketplace.Host.Tests.Storage;

[GrainType("test-counter")]
internal sealed class CounterGrain([PersistentState("test-counter")] IPersistentState<CounterState> stored)
    : Grain, ICounterGrain, IRemindable
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    public async Task<int> Add(int amount)
    {
        if (amount != 0)
        {
            stored.State = stored.State with { Value = stored.State.Value + amount };
            await stored.WriteStateAsync();
        }

        return stored.State.Value;
    }

    public Task Clear() => stored.ClearStateAsync();

    public Task Remind(string name) => this.RegisterOrUpdateReminder(name, Period, Period);

    public async Task<IReadOnlyList<string>> Reminders() =>
        [.. (await this.GetReminders()).Select(reminder => reminder.ReminderName).Order(StringComparer.Ordinal)];

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;
}
