using Hotstack.Restoring;
using Hotstack.Sandbox;
using Hotstack.SnapSets.Create;
using Xunit;

namespace Hotstack.SnapSets.Restore;

/// <summary>What a restore costs in HTTP calls, which does not depend on the machine.</summary>
public sealed class RestoreCallTests : RestoreFixture
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Login, set, stack of that name, preview, flavors, two quotas and the order; the stack, its servers, ports and subnets. Cinder
    /// takes three: its snapshots, volumes and quota.</summary>
    [Theory]
    [InlineData(2, 0, false, 12)]
    [InlineData(6, 0, false, 12)]
    [InlineData(6, 0, true, 13)]
    [InlineData(2, 1, false, 15)]
    [InlineData(6, 3, false, 15)]
    public async Task Twelve_calls_three_for_volumes_and_one_a_poll(int members, int volumes, bool writesOutputs, int calls)
    {
        for (int i = 0; i < volumes; i++)
        {
            Sandbox.Cloud.AttachVolume("controller", $"/dev/vd{(char)('b' + i)}", 20);
        }

        IReadOnlyList<Instance> instances = await SomeAsync(AllNames[..members]);
        SnapSet set = await FreezeAsync(new NewSnapSetRequest { Source = new() { Instances = instances }, IncludeVolumes = volumes > 0 });
        RestoreSnapSetRequest request = Of(set, TemplateWith(set, volumes)) with
        {
            PollInterval = Interval, OutputPath = writesOutputs ? Folder : null,
        };
        using var cloud = OpenStack.Cloud.Connect(Configuration("sandbox"), Activity, Clock);
        Sandbox.Calls.Clear();

        RestoredStack? stack = await new RestoreSnapSet(cloud).RunAsync(request, Activity, Yes, Stop);

        Call[] ofStack = [.. Calls.Where(call => call.Method == "GET" && call.Path.Contains(stack!.StackId, StringComparison.Ordinal))];
        int polls = ofStack.Length - (writesOutputs ? 2 : 1);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', Calls.Select(call => $"{call.Method} {call.Service} {call.Path}{call.Query}")));
        Assert.Equal(calls, Calls.Count() - polls);
        Assert.InRange(polls, 1, (int)Math.Ceiling(stack!.Duration / Interval) + 1);
    }

    private static string TemplateWith(SnapSet set, int volumes)
    {
        string more = string.Concat(Enumerable.Range(0, volumes).Select(i =>
            $"  data{i}: {{type: OS::Cinder::Volume, properties: {{size: 20}}}}\n"
            + $"  at{i}: {{type: OS::Cinder::VolumeAttachment, properties: {{instance_uuid: {{get_resource: controller}}, volume_id: {{get_resource: data{i}}}}}}}\n"));
        return TemplateOf([.. set.Members.Select(m => (m.Name, (string?)m.MacAddress))])
            .Replace("outputs:\n", more + "outputs:\n", StringComparison.Ordinal);
    }
}
