using Xunit;

namespace Hotstack.SnapSets.Restore;

/// <summary>Files that a template names outside its own folder are sent to no cloud before the user has agreed.</summary>
public sealed class RestoreOutsideFilesTests : RestoreFixture
{
    private const string Marked = "marked-content-of-a-neighbour";

    private readonly List<string> _consents = [];

    [Theory]
    [InlineData(Consent.Given)]
    [InlineData(Consent.Refused)]
    [InlineData(Consent.OnlyShown)]
    [InlineData(Consent.NotPossible)]
    [InlineData(null)]
    public async Task Outside_files_are_not_sent_without_consent(Consent? consent)
    {
        RestoreSnapSetRequest request = await RequestAsync(consent);
        int before = Previews.Count();

        var failure = await Record.ExceptionAsync(() => RunAsync(request)) as HotstackException;

        bool mayBeSent = consent == Consent.Given;
        Assert.Equal(mayBeSent, Previews.Count() > before);
        Assert.Equal(mayBeSent, Sent.Any());
        Assert.Equal(mayBeSent, await StackAsync() is not null);
        Assert.Equal(consent is null or Consent.NotPossible ? "TemplateFilesNotAgreed" : null, failure?.Id);
        Assert.Equal(consent is null ? 0 : 1, _consents.Count);
        Assert.All(_consents, text => Assert.EndsWith($":{Environment.NewLine}  {Neighbour}", text, StringComparison.Ordinal));
        Assert.Equal(consent is Consent.Given or Consent.OnlyShown ? 1 : 0, Asked.Count);
        Assert.All(Asked, plan => Assert.Contains($"files from outside the template's folder, sent to the cloud: {Neighbour}", plan,
            StringComparison.Ordinal));
        if (failure is not null)
        {
            Assert.Contains(Neighbour, failure.Message, StringComparison.Ordinal);
            Assert.Contains("-TemplateRoot", failure.Hint, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task WhatIf_reports_the_skipped_preview()
    {
        await RunAsync(await RequestAsync(Consent.OnlyShown), consents: false);

        string warning = Assert.Single(Activity.Warnings, w => w.Contains("preview is skipped", StringComparison.Ordinal));
        Assert.Contains(Neighbour, warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_given_root_is_consent()
    {
        RestoreSnapSetRequest request = await RequestAsync(Consent.Refused) with { TemplateRoot = Folder };

        Assert.NotNull(await RunAsync(request));

        Assert.Empty(_consents);
        Assert.Contains(Neighbour, Assert.Single(Asked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_of_the_templates_folder_need_no_consent()
    {
        SnapSet set = await FreezeAsync();
        Write("own", Marked);
        RestoreSnapSetRequest request = Of(set, WithFile(set, "own")) with { ConsentToSend = Ask(Consent.Refused) };

        Assert.NotNull(await RunAsync(request));

        Assert.Empty(_consents);
        Assert.DoesNotContain("outside", Assert.Single(Asked), StringComparison.Ordinal);
    }

    private string Neighbour => Path.Combine(Hotstack.Templates.RealPath.Of(Folder), "neighbour");

    private IEnumerable<Sandbox.Call> Previews =>
        Calls.Where(c => c.Service == "orchestration" && c.Path.EndsWith("/preview", StringComparison.Ordinal));

    /// <summary>Stacks that were made with what the neighbour holds.</summary>
    private IEnumerable<Sandbox.Call> Sent =>
        StackWrites.Where(c => c.Method == "POST" && c.Path.EndsWith("/stacks", StringComparison.Ordinal));

    private async Task<RestoreSnapSetRequest> RequestAsync(Consent? consent)
    {
        SnapSet set = await FreezeAsync();
        Directory.CreateDirectory(Path.Combine(Folder, ".git"));
        Directory.CreateDirectory(Path.Combine(Folder, "own"));
        Write("neighbour", Marked);
        return Of(set) with
        {
            TemplatePath = Write("own/template.yaml", WithFile(set, "../neighbour")),
            ConsentToSend = consent is { } answer ? Ask(answer) : null,
        };
    }

    private SendingConsent Ask(Consent answer) => (target, action) =>
    {
        _consents.Add($"{target}: {action}");
        return Task.FromResult(answer);
    };

    private static string WithFile(SnapSet set, string file) =>
        TemplateOf([.. set.Members.Select(m => (m.Name, (string?)m.MacAddress))])
            .Replace("resources:\n", $"resources:\n  extra: {{type: OS::Heat::CloudConfig, properties: {{cloud_config: {{a: {{get_file: {file}}}}}}}}}\n", StringComparison.Ordinal);
}
