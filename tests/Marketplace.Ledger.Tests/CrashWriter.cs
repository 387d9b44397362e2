using Marketplace.Domain.Ledger;
using Marketplace.Storage.Sqlite;

namespace Marketplace.Ledger.Tests;

/// <summary>
/// This program as a writer that is going to be killed: it writes charges for ever and prints each key after the book has
/// answered.
/// </summary>
internal static class CrashWriter
{
    public const string Word = "write-until-killed";
    private const int Callers = 8;

    public static async Task<int> Run(string path)
    {
        await using var source = new SqliteDataSource(path);
        using var book = new Book(LedgerDatabase.Sqlite(source), TimeProvider.System);
        var round = Guid.NewGuid().ToString("n");

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            for (var call = 0; ; call++)
            {
                var key = $"charge:{round}:{caller}:{call}";
                var outcome = await book.Post(Entry.Of(
                    new Journal(key, "charge",
                    [
                        .. Journal.Move(Chart.Escrow("job_x"), Chart.Accrued(TestBook.Provider(caller)), Usdc.FromMicros(9)),
                        .. Journal.Move(Chart.Escrow("job_x"), Chart.Fee(caller), Usdc.FromMicros(1)),
                    ])));

                Console.WriteLine(outcome is PostOutcome.Posted ? key : outcome.ToString());
            }
        }));

        return 0;
    }
}
