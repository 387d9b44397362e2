namespace Marketplace.Api.Tests.Inference;

/// <summary>What tests of jobs have in common: a model of the catalogue, orders of its kind.</summary>
internal static class Jobs
{
    /// <summary>Registers a model under a name of its own.</summary>
    public static async Task<string> Model(TestMarket market)
    {
        var name = $"test-{Guid.NewGuid():n}";
        var hash = await market.Admin.Upload([.. NamedModelReader.Mark, .. Guid.NewGuid().ToByteArray()]);
        await market.Admin.Post("/v1/models", new { name, sha256 = hash });
        return name;
    }

    /// <summary>An order that only devices of the region can take.</summary>
    public static object Order(string model, string region, int maxTokens = 4) =>
        new { model, prompt = "Once", maxTokens, region };
}
