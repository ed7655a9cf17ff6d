using System.Text;
using Hone.Engine;
using Hone.Server.Models;
using Shouldly;
using Xunit;

namespace Hone.Server.Tests.Models;

public class ModelIdsTests
{
    [Theory]
    [InlineData("hone-nano", "my suffix", "^ft:hone-nano:local:my-suffix:[0-9a-z]{8}$")]
    [InlineData("hone-nano", null, "^ft:hone-nano:local::[0-9a-z]{8}$")]
    [InlineData("/models/Qwen2-0.5B/", "a:b/c", "^ft:Qwen2-0.5B:local:a-b-c:[0-9a-z]{8}$")]
    [InlineData("ft:hone-nano:local:one:12345678", "情感", "^ft:hone-nano:local:情感:[0-9a-z]{8}$")]
    public void A_fine_tuned_model_is_named_after_its_base_and_suffix(string baseId, string? suffix, string expected)
    {
        ModelIds.NewFineTuned(baseId, suffix).ShouldMatch(expected);
    }

    [Theory]
    [InlineData("ft:hone-nano:acme:demo:12345678", "acme")]
    [InlineData("ft:hone-nano:acme::12345678:ckpt-step-5", "acme")]
    [InlineData("ft:damaged", "")]
    public void The_organisation_is_the_third_part_of_an_id(string id, string expected) => ModelIds.Organisation(id).ShouldBe(expected);

    [Fact]
    public void A_checkpoint_carries_its_step()
    {
        ModelIds.NewCheckpoint("hone-nano", "demo", 25).ShouldMatch("^ft:hone-nano:local:demo:[0-9a-z]{8}:ckpt-step-25$");
    }

    [Fact]
    public void The_longest_ids_have_folders_that_file_systems_take_and_that_differ()
    {
        string suffix = new('中', 64);
        string[] ids = [.. Enumerable.Range(0, 5).Select(_ => ModelIds.NewCheckpoint(new string('基', 80), suffix, 25))];

        string[] folders = [.. ids.Select(ModelIds.FolderName)];

        folders.ShouldAllBe(folder => Encoding.UTF8.GetByteCount(folder) <= 200);
        folders.Distinct().Count().ShouldBe(5);
        ModelIds.FolderName(ids[0]).ShouldBe(folders[0]);
    }

    [Theory]
    [InlineData("con", false)]
    [InlineData("NUL", false)]
    [InlineData("aux.v2", false)]
    [InlineData("com1", false)]
    [InlineData("lpt9.bin", false)]
    [InlineData("console", true)]
    [InlineData("my-con", true)]
    [InlineData("com10", true)]
    [InlineData("nullable", true)]
    public void Names_of_devices_are_refused_wherever_one_works(string name, bool isPossible)
    {
        if (isPossible)
            ModelIds.RequireName(name);
        else
            Should.Throw<HoneException>(() => ModelIds.RequireName(name)).Message.ShouldBe($"\"{name}\" cannot be the name of a model: Windows has a device of that name. Choose another one with --name.");
    }

    [Fact]
    public void A_suffix_has_a_limit()
    {
        Should.Throw<HoneException>(() => ModelIds.NewFineTuned("hone-nano", new string('x', 65)));
    }
}
