using Marketplace.Cli.CommandLine;

namespace Marketplace.Cli.Tests.Webhooks;

public sealed class VerifyWebhookCommandTests : IDisposable
{
    private const string Variable = "MARKETPLACE_WEBHOOK_SECRET";

    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public async Task A_genuine_message_holds_and_a_changed_one_is_told_by_its_header()
    {
        Environment.SetEnvironmentVariable(Variable, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        await File.WriteAllTextAsync(
            _path, """{"test": 2432232314}""", TestContext.Current.CancellationToken);

        Assert.Equal((ExitCodes.Success, "OK msg_p5jXN8AQM9LWM0D4loKWxJek", ""), await Verify("1614265330"));
        Assert.Equal(
            (ExitCodes.Broken, "", $"BROKEN {_path}: webhook-signature: no v1 signature by this secret"),
            await Verify("1614265331"));
        Environment.SetEnvironmentVariable(Variable, null);
        Assert.Equal(ExitCodes.Usage, (await Verify("1614265330")).ExitCode);
    }

    public void Dispose() => File.Delete(_path);

    private async Task<(int ExitCode, string Output, string Error)> Verify(string timestamp)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] arguments =
        [
            "webhooks", "verify", _path, "--id", "msg_p5jXN8AQM9LWM0D4loKWxJek", "--timestamp", timestamp,
            "--signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ];
        var exitCode = await MarketplaceCommandLine.Run(arguments, output, error);
        return (exitCode, output.ToString().Trim(), error.ToString().Trim());
    }
}
