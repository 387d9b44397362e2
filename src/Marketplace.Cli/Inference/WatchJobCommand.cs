using System.CommandLine;
using System.Text.Json;
using Marketplace.Cli.CommandLine;

namespace Marketplace.Cli.Inference;

/// <summary><c>jobs watch</c>: asks until the job is over, then prints it.</summary>
internal static class WatchJobCommand
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    // A job's deadline is a day at most.
    private static readonly TimeSpan WaitMax = TimeSpan.FromDays(1);

    public static Command Make()
    {
        var id = new Argument<string>("ID") { Description = "The job, such as job_01j9…" };
        var url = MarketOptions.Url();
        var command = new Command("watch", "Waits for the end of a job and prints it.") { id, url };
        command.SetAction((parsed, cancel) => Run(
            parsed.GetRequiredValue(id), parsed.GetValue(url), parsed.InvocationConfiguration.Output, cancel));

        return command;
    }

    private static async Task<int> Run(string id, string? url, TextWriter output, CancellationToken cancel)
    {
        using var web = new Web();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(WaitMax);
        using var pace = new PeriodicTimer(Pace);
        var (address, key) = (MarketOptions.Address(url, $"/v1/jobs/{Uri.EscapeDataString(id)}"), MarketOptions.Key());

        while (true)
        {
            var text = await web.Get(address, key, limit.Token);
            using var job = JsonDocument.Parse(text);

            if (job.RootElement.GetProperty("state").GetString() is "succeeded" or "failed" or "cancelled" or "expired")
            {
                await output.WriteLineAsync(text);
                return ExitCodes.Success;
            }

            await pace.WaitForNextTickAsync(limit.Token);
        }
    }
}
