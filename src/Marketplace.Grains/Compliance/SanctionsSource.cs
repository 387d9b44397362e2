using Marketplace.Domain.Compliance;
using Marketplace.Grains.Payouts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Compliance;

/// <summary>
/// The list that this host screens by. It is read at the first use and again when the files have changed; a new edition
/// that cannot be read leaves the old one in place, which ages until it is too old.
/// </summary>
internal sealed partial class SanctionsSource(
    IOptions<ComplianceOptions> options,
    IOptions<SolanaOptions> solana,
    IHostEnvironment environment,
    TimeProvider clock,
    ILogger<SanctionsSource> log) : IDisposable
{
    /// <summary>USDC of the main chain: where it is the mint, money is real, wherever the node runs.</summary>
    private const string RealUsdc = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v";

    private readonly SemaphoreSlim _reading = new(1, 1);
    private string? _mark;
    private string? _problem;
    private bool _hasWarned;
    private volatile SanctionsScreen? _screen;

    /// <summary>Null until the list was read, and where there is none.</summary>
    public SanctionsScreen? Screen => _screen;

    /// <summary>What is wrong with the files as they lie there, or null.</summary>
    public string? Problem => _problem;

    /// <summary>Whether this host may go on without a list: no real money can leave it.</summary>
    public bool MayScreenNothing => options.Value.ListPath is null
        && (environment.IsDevelopment() || !solana.Value.IsConfigured || IsLocalChain);

    private bool IsLocalChain => solana.Value.UsdcMint != RealUsdc
        && solana.Value.FurtherRpcUrls.Prepend(solana.Value.RpcUrl!)
            .All(url => Uri.TryCreate(url, UriKind.Absolute, out var node) && node.IsLoopback);

    /// <summary>Why nobody can be screened now, or null.</summary>
    public async Task<ListTrouble?> Trouble(CancellationToken cancel)
    {
        if (options.Value.ListPath is not null && _screen is null)
        {
            await Look(cancel);
        }

        return TroubleNow();
    }

    /// <summary>Reads the files when they have changed; true when another edition is in use now.</summary>
    public async Task<bool> Look(CancellationToken cancel)
    {
        if (options.Value.ListPath is not { } path)
        {
            WarnOnce();
            return false;
        }

        await _reading.WaitAsync(cancel);

        try
        {
            var mark = SanctionsFile.Mark(path);

            if (mark == _mark)
            {
                return false;
            }

            // A large list takes seconds to read: never inside a grain's turn.
            var screen = await Task.Run(
                async () => new SanctionsScreen(await SanctionsFile.Read(path, cancel)), cancel);
            var isNew = _screen?.List.Edition != screen.List.Edition;
            _screen = screen;
            _mark = mark;
            _problem = null;
            LogRead(log, screen.List.Edition, screen.List.Parties.Count);
            return isNew;
        }
        catch (Exception wrong) when (wrong is ListFormatException or IOException or UnauthorizedAccessException)
        {
            if (_problem != wrong.Message)
            {
                LogUnreadable(log, wrong.Message);
            }

            _problem = wrong.Message;
            return false;
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose() => _reading.Dispose();

    private ListTrouble? TroubleNow()
    {
        if (_screen is not { } screen)
        {
            return MayScreenNothing
                ? null
                : new(ListTrouble.Missing, _problem ?? "no sanctions list is configured (Compliance:ListPath)");
        }

        return screen.List.Age(clock.GetUtcNow()) > options.Value.ListMaxAge
            ? new(
                ListTrouble.Stale,
                $"the list of {screen.List.PublishedOn:yyyy-MM-dd} is older than {options.Value.ListMaxAge}")
            : null;
    }

    private void WarnOnce()
    {
        if (!_hasWarned)
        {
            _hasWarned = true;

            if (MayScreenNothing)
            {
                LogScreensNothing(log);
            }
            else
            {
                LogNoList(log);
            }
        }
    }

    [LoggerMessage(5201, LogLevel.Information, "Sanctions list {Edition} with {Parties} parties is in use")]
    private static partial void LogRead(ILogger log, string edition, int parties);

    [LoggerMessage(5202, LogLevel.Error, "The sanctions list cannot be read: {Why}")]
    private static partial void LogUnreadable(ILogger log, string why);

    [LoggerMessage(
        5203,
        LogLevel.Warning,
        "NOBODY IS SCREENED: no sanctions list is configured (Compliance:ListPath). For development only")]
    private static partial void LogScreensNothing(ILogger log);

    [LoggerMessage(
        5204, LogLevel.Error, "Payouts and wallet changes wait: no sanctions list is configured (Compliance:ListPath)")]
    private static partial void LogNoList(ILogger log);
}
