using Marketplace.Api.Inference;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Tests.Inference;

public sealed class KnownModelsTests
{
    private static readonly ModelView Unread = new(
        "tiny", new('a', 64), 1, "llama", 1, 16, "f32", DateTimeOffset.UnixEpoch);

    private readonly KnownModels _models = new();

    [Fact]
    public void A_model_with_its_id_is_asked_for_once()
    {
        var model = Unread with { ModelId = new('b', 64) };

        Assert.Same(model, _models.Keep("tiny", model));
        Assert.Same(model, _models.Find("tiny"));
        Assert.Null(_models.Find("other"));
    }

    [Fact]
    public void What_may_change_is_asked_for_again()
    {
        Assert.Same(Unread, _models.Keep("tiny", Unread));
        Assert.Null(_models.Keep("nothing", null));

        Assert.Null(_models.Find("tiny"));
        Assert.Null(_models.Find("nothing"));
    }

    [Fact]
    public void Names_without_end_do_not_fill_the_memory()
    {
        var model = Unread with { ModelId = new('b', 64) };

        for (var name = 0; name <= KnownModels.EntriesMax; name++)
        {
            _models.Keep($"{name}", model);
        }

        Assert.Null(_models.Find("0"));
        Assert.Same(model, _models.Find($"{KnownModels.EntriesMax}"));
    }
}
