using System.Text.Json;
using Marketplace.Host.Ledger;
using Marketplace.Host.Tests.Storage;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Tests.Ledger;

[Collection("The console")]
public sealed class VerifyBooksTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-verify-").FullName;

    [Fact]
    public async Task New_books_hold()
    {
        await TestHost.Stop(await TestHost.Start(("Storage:DataDirectory", _folder)));
        var printed = new StringWriter();
        var before = Console.Out;
        Console.SetOut(printed);

        try
        {
            Assert.Equal(0, await VerifyBooks.Run([VerifyBooks.Command, "--json", $"--Storage:DataDirectory={_folder}"]));
        }
        finally
        {
            Console.SetOut(before);
        }

        using var report = JsonDocument.Parse(printed.ToString());
        Assert.True(report.RootElement.GetProperty("holds").GetBoolean());
    }

    [Fact]
    public async Task A_folder_without_books_is_refused_by_its_name()
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(
            () => VerifyBooks.Run([VerifyBooks.Command, $"--Storage:DataDirectory={_folder}"]));

        Assert.Contains(_folder, refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
