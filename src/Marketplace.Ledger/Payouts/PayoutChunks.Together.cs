using System.Data.Common;

namespace Marketplace.Ledger.Payouts;

/// <content>
/// Steps of lanes that come together share a commit where there is one writer: each would otherwise wait for a sync of
/// the disk of its own. A step that refuses has written nothing, so it leaves the others whole.
/// </content>
public sealed partial class PayoutChunks
{
    private const int StepsMax = 64;

    private readonly Gathering<Func<DbConnection, DbTransaction, Task<object>>, object> _steps = new(
        StepsMax,
        steps => database.Write<IReadOnlyList<object>>(
            async (connection, transaction) =>
            {
                var answers = new object[steps.Count];

                for (var at = 0; at < answers.Length; at++)
                {
                    answers[at] = await steps[at](connection, transaction);
                }

                return answers;
            },
            CancellationToken.None),
        // Whatever ends one of them undoes the round: then each has a transaction of its own.
        _ => true);

    public void Dispose() => _steps.Dispose();

    private async Task<T> Together<T>(
        Func<DbConnection, DbTransaction, Task<T>> step, CancellationToken cancel)
        where T : class =>
        database.Dialect.HasOneWriter
            ? (T)await _steps.Ask(async (connection, transaction) => await step(connection, transaction), cancel)
            : await database.Write(step, cancel);
}
