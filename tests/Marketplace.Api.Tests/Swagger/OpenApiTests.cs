using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Marketplace.Api.Tests.Swagger;

/// <summary>
/// The documents are a contract: a change shows here first. A mismatch writes the new text beside the reviewed one, as
/// <c>.actual.json</c>, for a person to read before it is taken over.
/// </summary>
public sealed class OpenApiTests(TestMarket market)
{
    /// <summary>Public keys are for everybody.</summary>
    private static readonly string[] OpenToAll = ["get /v1/receipt-keys", "get /v1/verification/draws/{day}"];

    [Theory]
    [InlineData("v1")]
    [InlineData("admin")]
    public async Task The_served_document_is_the_reviewed_one(string document)
    {
        var served = await market.Client(null).Http.GetStringAsync(
            $"/openapi/{document}.json", TestContext.Current.CancellationToken);
        var reviewed = Path.Combine(Folder(), $"openapi.{document}.json");
        var expected = File.Exists(reviewed) ? await File.ReadAllTextAsync(reviewed, TestContext.Current.CancellationToken) : string.Empty;

        if (served != expected)
        {
            var actual = Path.Combine(Folder(), $"openapi.{document}.actual.json");
            await File.WriteAllTextAsync(actual, served, TestContext.Current.CancellationToken);
            Assert.Fail($"The document {document} has changed: compare {reviewed} with {actual}.");
        }
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("admin")]
    public async Task Every_operation_is_described_and_says_how_it_is_refused(string document)
    {
        var json = await market.Client(null).Get($"/openapi/{document}.json");

        foreach (var (path, operation) in Operations(json))
        {
            Assert.False(string.IsNullOrWhiteSpace(operation.Text("summary")), $"{path} has no summary");
            Assert.True(
                OpenToAll.Contains(path, StringComparer.Ordinal) || operation.At("responses").TryGetProperty("401", out _), $"{path} does not say 401");
        }
    }

    [Fact]
    public async Task The_page_of_the_documents_is_served()
    {
        using var page = await market.Client(null).Send(HttpMethod.Get, "/swagger/index.html");

        Assert.True(page.IsSuccessStatusCode);
    }

    private static IEnumerable<(string Path, JsonElement Operation)> Operations(JsonElement document) =>
        from path in document.At("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select ($"{operation.Name} {path.Name}", operation.Value);

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
