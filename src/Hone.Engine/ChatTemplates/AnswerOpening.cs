namespace Hone.Engine.ChatTemplates;

/// <summary>What a template writes between the words that ask for an answer and the answer's own first word, such as a space: the model writes it, the message does not have it.</summary>
public static class AnswerOpening
{
    /// <summary>Nothing where the template refuses or changes a plain conversation.</summary>
    public static string Of(ChatEncoder encoder)
    {
        const string Answer = "Answer";
        ChatMessage user = new("user", "Hello");
        try
        {
            string asked = encoder.Template.Render(new Conversation([user]), addGenerationPrompt: true).Text;
            string answered = encoder.Template.Render(new Conversation([user, new ChatMessage("assistant", Answer)]), addGenerationPrompt: false).Text;
            int at = answered.StartsWith(asked, StringComparison.Ordinal) ? answered.IndexOf(Answer, asked.Length, StringComparison.Ordinal) : -1;
            return at < 0 ? "" : answered[asked.Length..at];
        }
        catch (HoneException)
        {
            return "";
        }
    }
}
