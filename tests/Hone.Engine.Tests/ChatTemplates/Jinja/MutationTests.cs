using Hone.Engine.ChatTemplates.Jinja;
using Shouldly;
using Xunit;

namespace Hone.Engine.Tests.ChatTemplates.Jinja;

/// <summary>Whatever a template says, it renders or fails with a reason: no other exception gets out.</summary>
public class MutationTests
{
    const int Rounds = 60;

    [Fact]
    public void A_damaged_template_renders_or_says_why_not()
    {
        string[] templates = [.. LanguageTests.Cases().Select(row => row.Data)];
        string[] pieces = [.. templates.SelectMany(template => template.Split(' ')).Distinct()];
        var random = new Random(1);

        for (int round = 0; round < Rounds; round++)
            foreach (string template in templates)
                RendersOrSaysWhyNot(Damage(template, pieces, random));
    }

    static string Damage(string template, string[] pieces, Random random)
    {
        int at = random.Next(template.Length + 1);
        string piece = pieces[random.Next(pieces.Length)];
        return random.Next(3) switch
        {
            0 => template.Insert(at, piece),
            1 => template.Remove(at, Math.Min(random.Next(1, 6), template.Length - at)),
            _ => string.Join(' ', template.Split(' ').Select(word => random.Next(6) == 0 ? piece : word)),
        };
    }

    static void RendersOrSaysWhyNot(string template)
    {
        try
        {
            JinjaTemplate.Parse(template).Render(LanguageTests.Variables(), TimeProvider.System);
        }
        catch (HoneException)
        {
            // A reason was given.
        }
        catch (Exception error)
        {
            throw new ShouldAssertException($"{error.GetType().Name} for the template\n{template}", error);
        }
    }
}
