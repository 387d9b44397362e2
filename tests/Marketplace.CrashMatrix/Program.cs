using Marketplace.CrashMatrix;
using Marketplace.Testing;
using Marketplace.Testing.Solana;

try
{
    var arguments = MatrixArguments.Parse(args);

    if ((SolanaLocalnet.WhyUnavailable() ?? (arguments.OnPostgres ? PostgresServer.WhyUnavailable : null)) is { } why)
    {
        throw new FormatException(why);
    }

    using var stop = new CancellationTokenSource();
    Console.CancelKeyPress += (_, press) =>
    {
        press.Cancel = true;
        stop.Cancel();
    };
    var results = await new Matrix(arguments, Console.Out).Run(stop.Token);
    MatrixTable.Write(results, Console.Out);
    return results.All(result => result.IsGood) ? 0 : 1;
}
catch (FormatException wrong)
{
    await Console.Error.WriteLineAsync($"crash-matrix: {wrong.Message}");
    return 2;
}
