using Marketplace.Domain.Inference;

namespace Marketplace.Domain.Tests.Inference;

/// <summary>Templates as their models' files bring them, cut where they only go on.</summary>
public class ChatFamilyTests
{
    [Theory]
    [InlineData(
        "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}"
            + "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
        "chatml")]
    [InlineData(
        "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\\nYou are a "
            + "helpful assistant.<|im_end|>\\n' }}{% endif %}{{'<|im_start|>' + message['role']}}{% endfor %}",
        "qwen2")]
    [InlineData(
        "{%- else %}{{- '<|im_start|>system\\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\\n' }}",
        "qwen2.5")]
    [InlineData(
        "{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}{{ bos_token + '[INST] ' + "
            + "content.strip() + ' [/INST]' }}",
        "llama2")]
    [InlineData(
        "{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + "
            + "'<|eot_id|>' %}",
        "llama3")]
    [InlineData(
        "{%- set date_string = \"26 Jul 2024\" %}{{- \"<|start_header_id|>system<|end_header_id|>\\n\\n\" }}"
            + "{{- \"Cutting Knowledge Date: December 2023\\n\" }}{{- \"<|eot_id|>\" }}",
        "llama3.1")]
    [InlineData(
        "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + "
            + "' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ message['content'] + eos_token}}{% endif %}{% endfor %}",
        "mistral")]
    [InlineData(
        "{% if message['role'] == 'user' %}\\n{{ '<|user|>\\n' + message['content'] + eos_token }}\\n{% elif message['role'] == "
            + "'system' %}\\n{{ '<|system|>\\n' + message['content'] + eos_token }}\\n{% endif %}{{ '<|assistant|>' }}",
        "zephyr")]
    [InlineData("{{ '<|user|>\\n' + message['content'] + '<|end|>\\n<|assistant|>\\n' }}{{ eos_token }}", null)]
    [InlineData("{{ '<|im_start|>' + message['role'] + '<|im_sep|>' + message['content'] + '<|im_end|>' }}", null)]
    [InlineData("{%- set date_string = strftime_now(\"%d %b %Y\") %}26 Jul 2024 Cutting Knowledge Date<|start_header_id|><|eot_id|>", null)]
    [InlineData("{{ '<start_of_turn>' + role + '\\n' + message['content'] + '<end_of_turn>\\n' }}", null)]
    [InlineData("", null)]
    public void A_template_is_of_the_family_whose_marks_it_writes(string template, string? family) =>
        Assert.Equal(family, ChatFamily.Of(template));

    [Fact]
    public void A_template_beyond_the_limit_is_of_none()
    {
        var template = "<|im_start|><|im_end|>" + new string(' ', ChatFamily.TemplateCharactersMax);

        Assert.Null(ChatFamily.Of(template));
    }
}
