using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Verification;
using Marketplace.Ledger;
using Marketplace.Ledger.Verification;
using Marketplace.Solana.Keys;

namespace Marketplace.Benchmarks.Ledger;

/// <summary>
/// Makes whole books quickly: the rows that the product would have written for so many jobs, each funded, charged,
/// receipted and closed, and the epochs over their receipts. All follows from the numbers of the jobs.
/// </summary>
internal sealed class BooksGenerator
{
    private const int JobsAtOnce = 10_000;
    private const int Devices = 64;
    private const int EpochSize = 1_000;
    private const long AtMicros = 1_780_000_000_000_000;

    private readonly Dictionary<string, Shared> _shared = new(StringComparer.Ordinal);
    private readonly Keypair _marketplace = Keypair.FromSeed(SHA256.HashData("marketplace"u8));
    private readonly Keypair[] _devices =
    [
        .. Enumerable.Range(0, Devices)
            .Select(n => Keypair.FromSeed(SHA256.HashData(Encoding.UTF8.GetBytes($"device {n}")))),
    ];

    private long _sequence;
    private long _account;
    private long _receipt;
    private byte[] _chain = new byte[SHA256.HashSizeInBytes];

    private string KeyId => ReceiptKey.IdOf(_marketplace.PublicKey.Bytes);

    /// <summary>Fills books that hold top-ups of every customer and nothing else.</summary>
    public async Task Fill(DbDataSource source, IRowSink rows, int jobs)
    {
        await Load(source);
        await rows.Write(
            "receipt_key", ["id", "public_key", "at_us"], [[KeyId, _marketplace.PublicKey.ToArray(), AtMicros]]);

        for (var first = 0; first < jobs; first += JobsAtOnce)
        {
            var page = new GeneratedJob[Math.Min(JobsAtOnce, jobs - first)];
            Parallel.For(0, page.Length, at =>
                page[at] = GeneratedJob.Of(first + at, _marketplace, _devices[(first + at) % Devices]));
            await Write(rows, page);
        }

        await rows.Execute(
            $"UPDATE chain SET last_seq = {_receipt}, hash = {Bytes(rows, _chain)} WHERE name = 'receipt'");

        foreach (var account in _shared.Values.Where(account => !account.IsNew))
        {
            await rows.Execute(
                $"UPDATE account SET balance = {account.Balance}, version = {account.Version} WHERE id = {account.Id}");
        }

        await rows.Write("account", AccountColumns, [.. _shared.Values.Where(account => account.IsNew).Select(Row)]);
        await rows.Commit();
    }

    /// <summary>Closes the epochs of the receipts, as the sweep would.</summary>
    public async Task CloseEpochs(LedgerDatabase database)
    {
        var epochs = new EpochRows(database, TimeProvider.System);

        while (await epochs.Open(EpochSize) is { } run)
        {
            var root = Convert.ToHexStringLower(MerkleTree.Root(run.Hashes));
            var head = new EpochHead(run.Number, run.First, run.Hashes.Count, root, epochs.Now());
            var signature = _marketplace.Sign(SignedText.Epoch(head.Text()));
            await epochs.Close(head, new(KeyId, Convert.ToBase64String(signature.ToArray())));
        }
    }

    private static string[] AccountColumns { get; } =
        ["id", "name", "asset", "class", "floored", "balance", "held", "version"];

    private static string Bytes(IRowSink rows, byte[] value) => rows is SqliteRows
        ? $"x'{Convert.ToHexString(value)}'"
        : $"decode('{Convert.ToHexString(value)}', 'hex')";

    private static object[] Row(Shared account)
    {
        var name = LedgerAccount.Parse(account.Name);

        return
        [
            account.Id, account.Name, name.Asset, name.Class.ToString(), name.Floored ? 1L : 0L, account.Balance, 0L,
            account.Version,
        ];
    }

    private async Task Load(DbDataSource source)
    {
        await using var connection = await source.OpenConnectionAsync();
        var accounts = await connection.QueryAsync<(long Id, string Name, long Balance, long Version)>(
            "SELECT id, name, balance, version FROM account");

        foreach (var (id, name, balance, version) in accounts)
        {
            _shared.Add(name, new(id, name, balance, version, IsNew: false));
            _account = Math.Max(_account, id);
        }

        _sequence = await connection.ExecuteScalarAsync<long>("SELECT MAX(seq) FROM command");
    }

    private async Task Write(IRowSink rows, GeneratedJob[] page)
    {
        var (commands, postings, journals) = (new List<object[]>(), new List<object[]>(), new List<object[]>());
        var (accounts, receipts, signatures) = (new List<object[]>(), new List<object[]>(), new List<object[]>());

        foreach (var job in page)
        {
            var escrow = new Shared(++_account, Chart.Escrow(job.Id).Name, 0, 0, IsNew: true);

            foreach (var journal in job.Journals)
            {
                var sequence = ++_sequence;
                commands.Add([sequence, journal.Key, journal.Kind, journal.RequestHash(), AtMicros + sequence]);
                journals.Add([sequence, (long)journal.Legs.Count]);

                for (var leg = 0; leg < journal.Legs.Count; leg++)
                {
                    var (name, amount) = (journal.Legs[leg].Account.Name, journal.Legs[leg].Amount);
                    var account = name == escrow.Name ? escrow : Find(name);
                    account.Balance += amount;
                    account.Version++;
                    postings.Add([sequence, (long)leg, account.Id, amount, account.Balance, account.Version]);
                }
            }

            accounts.Add(Row(escrow));
            var hash = ReceiptChain.Next(_chain, ++_receipt, job.Body);
            receipts.Add(
            [
                _receipt, job.ReceiptId, job.Id, job.Customer.Value, job.Provider, job.Body, _chain, hash,
                AtMicros + _sequence,
            ]);
            signatures.Add([_receipt, KeyId, job.Signature]);
            _chain = hash;
        }

        await rows.Write("account", AccountColumns, accounts);
        await rows.Write("command", ["seq", "key", "kind", "request_hash", "at_us"], commands);
        await rows.Write(
            "posting", ["seq", "leg", "account_id", "amount", "balance_after", "version_after"], postings);
        await rows.Write("journal", ["seq", "legs"], journals);
        await rows.Write(
            "register",
            ["kind", "id", "owner", "state", "detail", "at_us"],
            [.. page.Select(job => new object[] { job.Kind, job.Id, job.Customer.Value, "succeeded", "{}", AtMicros })]);
        await rows.Write(
            "receipt",
            ["seq", "id", "work", "account", "provider", "body", "prev_hash", "hash", "at_us"],
            receipts);
        await rows.Write("receipt_signature", ["seq", "key_id", "signature"], signatures);
    }

    private Shared Find(string name)
    {
        if (!_shared.TryGetValue(name, out var account))
        {
            account = new(++_account, name, 0, 0, IsNew: true);
            _shared.Add(name, account);
        }

        return account;
    }

    private sealed record Shared(long Id, string Name, long Balance, long Version, bool IsNew)
    {
        public long Balance { get; set; } = Balance;

        public long Version { get; set; } = Version;
    }
}
