using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Engine.ChatTemplates;
using Hone.Engine.Generation;
using Hone.Server.Models;

namespace Hone.Cli.Generation;

/// <summary><c>hone chat MODEL</c>: a conversation, one line of input at a time, in the model's own chat template.</summary>
static class ChatCommand
{
    public static Command Create()
    {
        Argument<string> model = ModelArgument.Create();
        Option<string> system = new("--system") { Description = Text.Of("What the assistant is told first", "最先告诉助手的话（系统消息）"), HelpName = "TEXT" };
        var sampling = new SamplingArguments();
        Command command = new("chat", Text.Of("Talk with a model", "与模型对话")) { model, system, DataFolderOption.Create() };
        foreach (Option option in sampling.All)
            command.Add(option);
        command.Validators.Add(sampling.Check);
        return command.Does((parse, output) =>
        {
            using LoadedModel loaded = DataFolderOption.ModelsOf(parse).Load(parse.GetRequiredValue(model));
            var encoder = ChatEncoder.Load(loaded.Folder.Path);
            var generator = new TextGenerator(loaded.Model, encoder.Tokenizer, encoder.EndIds);
            SamplingOptions options = sampling.Read(parse.CommandResult, loaded.Folder.Generation);
            options.Validate(loaded.Model.Config.VocabSize);
            ChatMessage[] start = parse.GetValue(system) is { } text ? [new ChatMessage("system", text)] : [];

            if (output.TerminalWidth > 0)
                output.Line(Text.Of("Write a message. /reset forgets the conversation, /exit ends it.", "请输入消息。/reset 清空对话，/exit 结束。"));
            Talk(new Chat(encoder, generator, options, start), output);
        });
    }

    static void Talk(Chat chat, Output output)
    {
        int replies = 0;
        while (Ask(output) is { } line and not "/exit")
        {
            if (line.Length == 0)
                continue;
            if (line == "/reset")
            {
                chat.Reset();
                continue;
            }

            try
            {
                GeneratedText reply = chat.Reply(line, delta => output.Write(delta.Text));
                output.Line();
                output.Json(GeneratedTextJson.Of(reply, chat.Encoder.Tokenizer));
                replies++;
            }
            catch (HoneException problem) when (output.TerminalWidth > 0 && !output.IsJson)
            {
                // A person can go on: the message is forgotten.
                output.Line(problem.Message);
            }
        }

        output.Json(new JsonObject { ["replies"] = replies });
    }

    static string? Ask(Output output)
    {
        if (output.TerminalWidth > 0)
            output.Write("> ");
        return output.Input.ReadLine()?.Trim();
    }

    /// <summary>The messages so far.</summary>
    sealed class Chat(ChatEncoder encoder, TextGenerator generator, SamplingOptions options, ChatMessage[] start)
    {
        List<ChatMessage> _messages = [.. start];

        public ChatEncoder Encoder => encoder;

        public void Reset() => _messages = [.. start];

        public GeneratedText Reply(string message, Action<TextDelta> onText)
        {
            List<ChatMessage> asked = [.. _messages, new ChatMessage("user", message)];
            GeneratedText reply = generator.Generate(encoder.EncodePrompt(new Conversation(asked)), options, onText)[0];
            _messages = [.. asked, new ChatMessage("assistant", reply.Text)];
            return reply;
        }
    }
}
