using Xunit;

namespace Hotstack.Tests.OpenStack.Configuration;

/// <summary>Only the cloud that is chosen has to be right, as with openstacksdk.</summary>
public sealed class UnusedEntriesTests
{
    private const string Good = "web: {auth_type: none, region_name: r}";

    /// <summary>Entries that are no cloud, and what is said where one of them is chosen.</summary>
    public static TheoryData<string, string> Broken => new()
    {
        { "lab:", "the cloud lab has to be a mapping, not nothing" },
        { "lab: ~", "line 2, column 8: the cloud lab has to be a mapping, not nothing" },
        { "lab: [a, b]", "line 2, column 8: the cloud lab has to be a mapping, not a list" },
        { "lab: a text", "line 2, column 8: the cloud lab has to be a mapping, not a single value" },
        { "lab: {auth_type: none, project-name: a, project_name: b}",
            "line 2, column 57: project_name is given twice, with dashes and with underscores" },
        { "lab: {auth_type: none, auth_type: none}", "line 2, column 26: the key auth_type is given twice" },
        { "lab: {auth_type: none, cacert: a, cacert: b}", "line 2, column 37: the key cacert is given twice" },
        { "lab: {auth_type: none, auth: {username: a, username: b}}", "line 2, column 46: the key username is given twice" },
        { "lab: !vault s3cr3t-Xy", "line 2, column 8: the value here is encrypted by ansible-vault (!vault)" },
        { "lab: {auth_type: none, auth: {password: !vault s3cr3t-Xy}}", "line 2, column 43: the value here is encrypted by ansible-vault" },
        { "lab: {auth_type: none, cacert: !vault-encrypted s3cr3t-Xy}", "line 2, column 34: the value here is encrypted by ansible-vault" },
        { "lab: !lookup {a: b}", "line 2, column 8: the YAML tag here (!) is not supported" },
        { "lab: {auth_type: !env OS_TYPE}", "line 2, column 20: the YAML tag here (!) is not supported" },
        { "lab: {<<: text, auth_type: none}", "line 2, column 13: the merge key << needs a mapping" },
        { "lab: {auth_type: none, regions: [!x a]}", "line 2, column 36: the YAML tag" },
        { "lab: {auth_type: none, auth: [a]}", "auth has to be a mapping, not a list" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void One_that_is_not_chosen_is_passed_over(string entry, string message)
    {
        Assert.NotEmpty(message);
        foreach (string yaml in new[] { $"clouds:\n  {entry}\n  {Good}", $"clouds:\n  {Good}\n  {entry}" })
        {
            Assert.Equal("r", MemorySources.WithClouds(yaml).Load("web").Region);
            Assert.Contains("web", MemorySources.WithClouds(yaml).CloudNames());
        }

        // In the file of secrets, too.
        Assert.Equal("r", MemorySources.WithClouds($"clouds: {{{Good}}}").File(MemorySources.SecureFile, $"clouds:\n  {entry}")
            .Load("web").Region);
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public void One_that_is_chosen_is_an_error_with_its_line(string entry, string message)
    {
        var error = MemorySources.WithClouds($"clouds:\n  {entry}\n  {Good}").LoadFails("lab");

        Assert.Equal("CloudConfigInvalid", error.Id);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", error.ToString() + error.Hint, StringComparison.Ordinal);
        Assert.Equal(message.Contains("vault", StringComparison.Ordinal),
            error.Hint?.Contains("ansible-vault decrypt", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void A_layer_without_a_value_takes_nothing_away() => Assert.Equal(
        "r", MemorySources.WithClouds("clouds: {web: }").File(MemorySources.SecureFile, $"clouds: {{{Good}}}").Load("web").Region);

    [Fact]
    public void The_names_for_completion_are_those_of_clouds_that_can_be_used() => Assert.Equal(
        ["web", "dev"], MemorySources.WithClouds($"clouds: {{a: , {Good}, b: !x y, c: [], dev: {{}}}}").CloudNames());

    [Fact]
    public void That_there_are_others_is_told_all_the_same()
    {
        var error = MemorySources.WithClouds($"clouds: {{old: , {Good}}}").LoadFails();

        Assert.Equal("CloudNotChosen", error.Id);
        Golden.Message(error);
    }

    [Theory]
    [InlineData("public-clouds: {other: , vendor: {auth_type: none, region_name: r}}", null)]
    [InlineData("public-clouds: {other: [a], vendor: {auth_type: none, region_name: r, cacert: !vault s3cr3t}}", "encrypted by ansible-vault")]
    [InlineData("public-clouds: {vendor: [a]}", "vendor has to be a mapping, not a list")]
    public void Of_the_profiles_only_the_one_that_is_used_has_to_be_right(string profiles, string? message)
    {
        MemorySources sources = MemorySources.WithClouds("clouds: {lab: {profile: vendor}, web: {auth_type: none}}")
            .File(MemorySources.PublicFile, profiles);

        Assert.Equal("web", sources.Load("web").Name);
        if (message is null)
        {
            Assert.Equal("r", sources.Load("lab").Region);
        }
        else
        {
            Assert.Contains(message, sources.LoadFails("lab").Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_whole_file_that_is_encrypted_is_named_as_that()
    {
        var error = MemorySources.WithClouds("$ANSIBLE_VAULT;1.1;AES256\n6238643564\n").LoadFails("lab");

        Assert.Equal("CloudConfigInvalid", error.Id);
        Golden.Message(error);
    }
}
