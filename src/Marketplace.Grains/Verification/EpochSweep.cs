using Marketplace.Domain.Verification;
using Marketplace.Ledger.Verification;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Verification;

/// <summary>
/// Closes epochs of receipts and brings their roots on chain. Safe to run on every host at once. A fault waits for the
/// next turn: neither receipts nor payouts ever wait for this.
/// </summary>
internal sealed partial class EpochSweep(
    EpochRows epochs,
    AnchorRows anchors,
    ReceiptKeyRows keys,
    ReceiptSigner signer,
    AuditSecrets secrets,
    EpochAnchor anchor,
    IOptions<ReceiptOptions> options,
    TimeProvider clock,
    ILogger<EpochSweep> log)
    : BackgroundService, IHostedLifecycleService
{
    /// <summary>Epochs of one turn.</summary>
    private const int EpochsMax = 16;

    /// <summary>Transactions that were given up and are looked at once more, of one turn.</summary>
    private const int DeadMax = 32;

    /// <summary>How long they are looked at.</summary>
    private static readonly TimeSpan DeadFor = TimeSpan.FromHours(1);

    private bool _isPublished;

    /// <summary>One turn: closes what is due, then sends or looks after roots that are not final.</summary>
    public async Task Run(CancellationToken cancel)
    {
        await CloseDue(cancel);

        if (!options.Value.Anchor)
        {
            return;
        }

        foreach (var epoch in await epochs.Unanchored(EpochsMax, cancel))
        {
            await anchor.Step(epoch.Head, cancel);
        }

        foreach (var dead in await anchors.Dead(clock.GetUtcNow() - DeadFor, DeadMax, cancel))
        {
            await anchor.LookBack(dead, cancel);
        }
    }

    /// <summary>
    /// Before any work is taken: what is drawn until the keys are known would be drawn by the key that signs now,
    /// though the day's hash may be a former one's. A fault waits for the first turn.
    /// </summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Publish(cancellationToken);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            Missed(log, fault);
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var pace = new PeriodicTimer(options.Value.SweepEvery, clock);

        try
        {
            do
            {
                try
                {
                    await Publish(stoppingToken);
                    await Run(stoppingToken);
                }
                catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
                {
                    Missed(log, fault);
                }
            }
            while (await pace.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task Publish(CancellationToken cancel)
    {
        if (!_isPublished)
        {
            await keys.Add([.. signer.PublicKey], cancel);
            secrets.Learn(await keys.List(signer.KeyId, cancel));
            _isPublished = true;
        }
    }

    private async Task CloseDue(CancellationToken cancel)
    {
        for (var closed = 0; closed < EpochsMax; closed++)
        {
            if (await epochs.Open(options.Value.EpochSize, cancel) is not { } run
                || (run.Hashes.Count < options.Value.EpochSize
                    && clock.GetUtcNow() < run.Since + options.Value.EpochEvery))
            {
                return;
            }

            var root = Convert.ToHexStringLower(MerkleTree.Root(run.Hashes));
            var head = new EpochHead(run.Number, run.First, run.Hashes.Count, root, epochs.Now());

            if (await epochs.Close(head, signer.Sign(SignedText.Epoch(head.Text())), cancel))
            {
                Closed(log, head.Number, head.Size, head.Root);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Epoch {Epoch} of {Size} receipts is closed, root {Root}")]
    private static partial void Closed(ILogger log, long epoch, long size, string root);

    [LoggerMessage(2, LogLevel.Warning, "A turn over the epochs of receipts failed; the next one tries again")]
    private static partial void Missed(ILogger log, Exception fault);
}
