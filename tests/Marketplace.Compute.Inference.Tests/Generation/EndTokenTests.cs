using System.Text.Json.Nodes;
using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Grammars;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Tests.Architectures;
using Marketplace.Compute.Inference.Verification;

namespace Marketplace.Compute.Inference.Tests.Generation;

/// <summary>A text ends with any of the tokens that its model ends texts with, and with no other.</summary>
public class EndTokenTests
{
    private const int Digit = 20;
    private const int Plain = 12;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_GGUF_names_ends_of_text_turn_and_message_and_known_control_tokens_are_ends()
    {
        var small = new SmallModel("llama");
        small.Tokens[9] = ("<|im_end|>", true);
        small.Tokens[11] = ("<end_of_turn>", false);
        small.Tokens[30] = ("<|im_end|>", true);

        Assert.Equal([3, 5, 7, 9], Ends(small, writer =>
        {
            writer.Add("tokenizer.ggml.eos_token_id", 3u);
            writer.Add("tokenizer.ggml.eot_token_id", 5u);
            writer.Add("tokenizer.ggml.eom_token_id", 7u);
        }));
    }

    /// <summary>As ggml-org/llama.cpp has them among the ends of a generation, and not those inside of one file.</summary>
    [Theory]
    [InlineData("<|fim_pad|>", true)]
    [InlineData("<|repo_name|>", true)]
    [InlineData("<|file_sep|>", true)]
    [InlineData("\u2581<EOT>", true)]
    [InlineData("<PAD>", true)]
    [InlineData("<fim_pad>", true)]
    [InlineData("<reponame>", true)]
    [InlineData("<|fim_prefix|>", false)]
    [InlineData("<|fim_suffix|>", false)]
    [InlineData("<|fim_middle|>", false)]
    public void A_model_of_code_ends_where_it_would_go_on_to_another_file(string text, bool ends)
    {
        var small = new SmallModel("llama");
        small.Tokens[9] = (text, true);
        small.Tokens[10] = (text + " ", false);

        Assert.Equal(ends ? [2, 9] : [2], Ends(small, _ => { }));
    }

    [Fact]
    public void All_ones_is_no_token_and_one_beyond_the_vocabulary_is_refused_by_name()
    {
        Assert.Equal([2], Ends(new("llama"), writer => writer.Add("tokenizer.ggml.eot_token_id", uint.MaxValue)));

        var fault = Assert.Throws<ModelFormatException>(
            () => Ends(new("llama"), writer => writer.Add("tokenizer.ggml.eom_token_id", 40u)));
        Assert.Contains("eom_token_id is 40, allowed are 0 to 39", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_begin_token_of_known_text_ends_a_text_and_stays_what_it_was_in_the_list()
    {
        var small = new SmallModel("llama");
        small.Tokens[1] = ("<|endoftext|>", true);
        using var file = small.WriteGguf();
        using var model = LlamaModel.Open(file.Location);

        Assert.Equal([2], model.Tokenizer.Ends);
        Assert.True(model.Tokenizer.IsEnd(1));
    }

    [Fact]
    public void The_files_of_a_folder_name_ends_together()
    {
        var small = new SmallModel("llama", """{"eos_token_id": [6, 4]}""");
        small.Tokens[9] = ("<|eot_id|>", true);
        using var folder = small.WriteFolder();
        File.WriteAllText(folder.At("tokenizer_config.json"), """{"eos_token": {"content": "<2>"}}""");
        File.WriteAllText(folder.At("generation_config.json"), """{"eos_token_id": [8, 4]}""");
        using var model = LlamaModel.Open(folder.Location);

        Assert.Equal(6, model.Tokenizer.End);
        Assert.Equal([6, 2, 4, 8, 9], model.Tokenizer.Ends);
    }

    [Theory]
    [InlineData("config.json", "[2,-1]", "eos_token_id is [2,-1], allowed are 0 to 999999")]
    [InlineData("config.json", "[2, 40]", "has no end token '' 2, 40")]
    [InlineData("config.json", "\"2\"", "eos_token_id is \"2\"")]
    [InlineData("config.json", "[[2]]", "eos_token_id is [[2]]")]
    [InlineData("generation_config.json", "2.5", "generation_config.json: eos_token_id is 2.5")]
    public void An_end_that_is_no_token_is_refused_by_name(string name, string value, string offence)
    {
        using var folder = new SmallModel("llama").WriteFolder();
        File.WriteAllText(folder.At("generation_config.json"), "{}");
        folder.Change(name, json => json["eos_token_id"] = JsonNode.Parse(value));

        var fault = Assert.Throws<ModelFormatException>(() => LlamaModel.Open(folder.Location));

        Assert.Contains(offence, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(9)]
    public void A_text_ends_where_any_of_them_is_drawn_and_the_audit_agrees(int end)
    {
        using var world = new World();
        var request = Wanting(end);
        using var text = world.Engine.Begin(request);

        Assert.Empty(text.Tokens(Cancel));
        Assert.Equal((FinishReason.Stop, end), (text.Finish, text.EndClaim?.Token));
        Assert.Null(TextCheck.Run(
            world.Engine, request, new ClaimedText([], [text.EndClaim!], FinishReason.Stop), 1e-4).Fault);
    }

    [Fact]
    public void No_other_token_ends_one_and_the_audit_finds_who_says_so()
    {
        using var world = new World();
        var request = Wanting(Plain);
        using var text = world.Engine.Begin(request);
        var tokens = text.Tokens(Cancel).ToList();

        Assert.Equal((8, FinishReason.Length), (tokens.Count, text.Finish));
        Assert.Equal(TextFault.OtherEnd, TextCheck.Run(
            world.Engine, request, new ClaimedText([], [tokens[0].Claim!], FinishReason.Stop), 1e-4).Fault);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(9)]
    public void JSON_that_is_whole_ends_with_any_of_them_and_never_before(int end)
    {
        using var world = new World();
        using var text = world.Engine.Begin(
            Wanting(end) with { Schema = JsonSchema.Parse("""{"const":1}""") });

        Assert.Equal(Digit, Assert.Single(text.Tokens(Cancel)).Id);
        Assert.Equal((FinishReason.Stop, end), (text.Finish, text.EndClaim?.Token));
    }

    private static GenerationRequest Wanting(int token) => new("t7", 8, 0, 0, [])
    {
        Claims = true,
        Filters = new() { Bias = new Dictionary<int, float> { [token] = 1_000 } },
    };

    private static IReadOnlyList<int> Ends(SmallModel small, Action<GgufWriter> more)
    {
        using var file = small.WriteGguf(more);
        using var model = LlamaModel.Open(file.Location);
        return model.Tokenizer.Ends;
    }

    /// <summary>A model with three ends: the default one, one that is named, and one that is known.</summary>
    private sealed class World : IDisposable
    {
        private readonly ModelFile _file;
        private readonly LlamaModel _model;
        private readonly HostDevice _device = new(1);

        public World()
        {
            var small = new SmallModel("llama");
            small.Tokens[9] = ("<|eot_id|>", true);
            small.Tokens[Digit] = ("1", false);
            _file = small.WriteGguf(writer => writer.Add("tokenizer.ggml.eot_token_id", 5u));
            _model = LlamaModel.Open(_file.Location);
            Engine = new InferenceEngine(_model, _device);
        }

        public InferenceEngine Engine { get; }

        public void Dispose()
        {
            Engine.Dispose();
            _model.Dispose();
            _device.Dispose();
            _file.Dispose();
        }
    }
}
