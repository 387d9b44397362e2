using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Marketplace.Ledger.Verify;

/// <summary>
/// Exports the books to a file and has hledger add them up; without hledger the export is still written.
/// </summary>
/// <param name="file">Where the export goes; what is there is replaced.</param>
/// <param name="program">hledger's path or name.</param>
public sealed class HledgerBook(string file, string program = HledgerBook.Program) : IIndependentBook
{
    public const string Program = "hledger";

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMinutes(10);

    public async Task<IReadOnlyDictionary<string, long>> Balances(
        IAsyncEnumerable<StoredJournal> journals, CancellationToken cancel = default)
    {
        await using (var writer = new StreamWriter(file))
        {
            await HledgerJournal.Write(writer, journals, cancel);
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(AnswerWithin);
        using var hledger = Start();

        try
        {
            var errors = hledger.StandardError.ReadToEndAsync(timeout.Token);
            var balances = await Read(hledger.StandardOutput, timeout.Token);
            await hledger.WaitForExitAsync(timeout.Token);

            return hledger.ExitCode == 0
                ? balances
                : throw new InvalidOperationException($"hledger refused {file}: {await errors}");
        }
        catch
        {
            hledger.Kill();
            throw;
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            Environment = { ["LC_ALL"] = "C.UTF-8" },
        };

        foreach (var word in new[] { "-f", file, "balance", "--flat", "--no-total", "-O", "csv" })
        {
            start.ArgumentList.Add(word);
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException(
                $"the books are exported to {file}; {program} cannot be started: {missing.Message}", missing);
        }
    }

    /// <summary>Lines such as <c>"L:usdc:suspense","-1.500000 usdc"</c> below a header.</summary>
    private static async Task<Dictionary<string, long>> Read(StreamReader lines, CancellationToken cancel)
    {
        var balances = new Dictionary<string, long>(StringComparer.Ordinal);

        while (await lines.ReadLineAsync(cancel) is { } line)
        {
            var parts = line.Trim('"').Split("\",\"");

            if (parts is [var account, var amount] && amount.Split(' ') is [var number, var asset])
            {
                var unit = (decimal)Math.Pow(10, HledgerJournal.Places(asset));
                balances.Add(account, (long)(decimal.Parse(number, CultureInfo.InvariantCulture) * unit));
            }
        }

        return balances;
    }
}
