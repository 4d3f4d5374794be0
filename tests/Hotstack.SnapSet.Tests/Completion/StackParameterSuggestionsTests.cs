using Hotstack.Suggestions;
using Hotstack.Templates;
using Xunit;

namespace Hotstack.Completion;

public sealed class StackParameterSuggestionsTests
{
    private const string Template = """
        heat_template_version: 2021-04-16
        parameters:
          dns: {type: comma_delimited_list, default: [192.0.2.1], description: "Name\n  servers."}
          zone: {type: string, default: it's}
          net: {type: string}
          pull_secret: {type: string, hidden: true, default: s3cret}
          admin_password: {type: string, default: s3cret}
          count: {type: number, default: 3}
          "odd\u202e": {type: string}
          url: {type: string, default: 'https://anna:s3cret@example.test/'}
        resources: {a: {type: OS::Heat::None}}
        """;

    private static readonly IReadOnlyList<Suggestion> All = StackParameterSuggestions.Of(
        HeatTemplate.Read(HeatTemplate.Document(TemplateErrors.Mark("t", "TemplateInvalid"), Template)));

    [Fact]
    public void A_template_proposes_its_parameters_as_hashtables_the_required_ones_first()
    {
        Assert.Equal(
            [
                "@{ 'net' = '' }", "@{ 'admin_password' = Read-Host 'admin_password' -AsSecureString }", "@{ 'count' = '3' }", "@{ 'dns' = '' }",
                "@{ 'pull_secret' = Read-Host 'pull_secret' -AsSecureString }", "@{ 'url' = '' }", "@{ 'zone' = 'it''s' }",
            ],
            All.Select(one => one.Text).Where(CommandArgument.IsVisible));
    }

    [Theory]
    [InlineData("net", "net: required, string")]
    [InlineData("dns", "dns: comma_delimited_list. Name servers.")]
    [InlineData("pull_secret", "pull_secret: hidden, string")]
    public void Each_tells_what_it_is(string name, string expected) =>
        Assert.Equal(expected, All.Single(one => one.Key == name).Description.ToString());

    [Fact]
    public void No_secret_is_proposed() => Assert.DoesNotContain(
        All, one => $"{one.Text} {one.Description}".Contains("s3cret", StringComparison.Ordinal));

    [Theory]
    [InlineData("n", "@{ 'net' = '' }")]
    [InlineData("@{ 'c", "@{ 'count' = '3' }")]
    [InlineData("odd", "")]
    public void The_name_is_enough(string typed, string expected) => Assert.Equal(
        expected, string.Join('|', CompletionText.Matching(typed, All, [], isPattern: false).Select(match => match.Text)));
}
