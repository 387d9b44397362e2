using System.Security.Cryptography;
using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Grains.Abstractions.Accounts;
using Marketplace.Grains.Abstractions.Ledger;

namespace Marketplace.Host.Accounts;

/// <summary>
/// Sees to it that somebody can administrate: registers the key of the environment, or makes one at the first start
/// and prints it this once.
/// </summary>
internal sealed partial class FirstAdmin(
    IGrainFactory grains, IConfiguration configuration, IHostApplicationLifetime lifetime, ILogger<FirstAdmin> log)
    : BackgroundService
{
    /// <summary>Environment variable that holds the administrators' key.</summary>
    public const string KeyVariable = "MARKETPLACE_ADMIN_KEY";

    private const string Actor = "host";
    private const int TriesMax = 20;

    private static readonly TimeSpan TryPause = TimeSpan.FromMilliseconds(500);

    /// <summary>The account of administrators; the same on every host.</summary>
    public static AccountId Account { get; } = AccountId.From(PrefixedId.Derive("administrators"));

    /// <summary>The configured key, or null; wrong text is refused.</summary>
    public static ApiKeySecret? Configured(IConfiguration configuration)
    {
        var text = configuration[KeyVariable];

        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return ApiKeySecret.TryParse(text, out var secret)
            ? secret
            : throw new StartException(
                $"{KeyVariable} is no API key: expected mk_live_ or mk_test_ with 58 letters and a right checksum. "
                + "Leave it out to have one made and printed.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Started(stoppingToken);

        for (var attempt = 1; attempt <= TriesMax && !stoppingToken.IsCancellationRequested; attempt++)
        {
            try
            {
                await Ensure();
                return;
            }
            catch (Exception fault) when (attempt < TriesMax)
            {
                LogNotYet(fault);
                await Task.Delay(TryPause, stoppingToken);
            }
        }
    }

    private static NewApiKey Named(ApiKeySecret secret) => new(
        ApiKeyId.From(PrefixedId.Derive("first-admin-key", secret.Hash)),
        "first administrator",
        ApiKeyScopes.Admin | ApiKeyScopes.Renter | ApiKeyScopes.Provider,
        secret.Live,
        secret.Hint,
        secret.Hash,
        ExpiresAt: null);

    private async Task Started(CancellationToken cancel)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var up = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await using var down = cancel.Register(() => started.TrySetCanceled(cancel));
        await started.Task;
    }

    private async Task Ensure()
    {
        var account = grains.GetGrain<IAccountGrain>(Account.Value);
        await account.Open("Administrators", live: true);
        var keys = await account.Keys();

        if (Configured(configuration) is { } configured)
        {
            if (keys.All(key => key.Id != Named(configured).Id))
            {
                await Issue(account, configured, "key of the environment");
            }

            return;
        }

        if (keys.Count == 0)
        {
            var made = ApiKeySecret.Create(live: true, RandomNumberGenerator.GetBytes(ApiKeySecret.RandomBytes));
            await Issue(account, made, "first start");
            global::System.Console.WriteLine($"First administrator's API key, shown this once: {made.Text}");
        }
    }

    private async Task Issue(IAccountGrain account, ApiKeySecret secret, string reason)
    {
        var key = Named(secret);
        await account.IssueKey(key);
        await grains.GetGrain<IStatementGrain>(0).Record(new AdminAct(Actor, reason), "key.issue", key.Id.Value);
    }

    [LoggerMessage(1, LogLevel.Warning, "The administrators' account cannot be opened yet")]
    private partial void LogNotYet(Exception fault);
}
